with logged as (
    select
        *,
        case when correlation_id is not null then min(action_id) over by_correlation end as first_action_id,
        case when correlation_id is not null then max(action_id) over by_correlation end as last_action_id,
        {{ is_refusal('event_type', 'action_result') }} as is_refusal
    from {{ ref('stg_agents__events') }}
    where occurred_at <= {{ as_of() }} and not is_deleted
    window by_correlation as (partition by correlation_id)
),

-- What an agent did without naming an action belongs to the one its correlation id stands for, if that is a single one.
events as (
    select
        *,
        case
            when event_type like 'action.%'
                then coalesce(
                    action_id, case when first_action_id = last_action_id then first_action_id end, correlation_id
                )
        end as decision_id
    from logged
),

-- From proposal to reversal: what was decided about one action.
decisions as (
    select
        decision_id,
        min(occurred_at) filter (where event_type = 'action.proposed') as proposed_at,
        min(occurred_at) filter (where event_type = 'action.approved' and not is_refusal)
            as approved_at,
        min(occurred_at) filter (where is_refusal) as refused_at,
        min(occurred_at) filter (where event_type = 'action.executed') as executed_at,
        min(occurred_at) filter (where event_type = 'action.reversed') as reversed_at,
        min(approved_by) as approved_by,
        min(action_risk) as risk,
        min(action_reason) filter (where event_type = 'action.proposed') as proposed_reason,
        min(action_reason) filter (where is_refusal) as refused_reason,
        min(action_reason) filter (where event_type = 'action.reversed') as reversed_reason,
        min(action_error) as error,
        min_by(record_key, ({{ timestamp_text('occurred_at') }} || record_key)) as first_record_key
    from events
    where decision_id is not null
    group by decision_id
)

select
    events.native_id as event_id,
    events.event_type,
    events.occurred_at,
    coalesce(named_users.account_id, people.account_id) as account_id,
    named_users.person_id,
    events.agent_id,
    events.run_id,
    events.app_id,
    events.correlation_id,
    events.action_id,
    events.action_kind,
    events.action_target,
    events.action_params,
    events.action_result,
    decisions.risk,
    decisions.proposed_at,
    decisions.approved_at,
    decisions.approved_by,
    decisions.refused_at,
    decisions.executed_at,
    decisions.reversed_at,
    case
        when decisions.decision_id is null then null
        when decisions.reversed_at is not null then 'reversed'
        when decisions.executed_at is not null and decisions.error is not null then 'failed'
        when decisions.executed_at is not null then 'executed'
        when decisions.refused_at is not null then 'refused'
        when decisions.approved_at is not null then 'approved'
        else 'proposed'
    end as outcome,
    coalesce(events.record_key = decisions.first_record_key, false) as opens_decision,
    decisions.proposed_reason,
    decisions.refused_reason,
    decisions.reversed_reason,
    decisions.error,
    events.query,
    events.feedback_score,
    events.feedback_comment,
    events.model,
    cast(events.tokens_input as bigint) as tokens_input,
    cast(events.tokens_output as bigint) as tokens_output,
    cast(events.cost as double) as cost,
    cast(events.latency_ms as double) as latency_ms,
    events.record_key,
    events.source_file,
    cast(events.source_row as bigint) as source_row
from events
left join decisions on events.decision_id = decisions.decision_id
left join {{ ref('int_named_users') }} as named_users on events.user_id = named_users.user_identifier
left join {{ ref('people') }} as people on named_users.person_id = people.person_id
