with recalls as (
    select
        event_record_key,
        count(*) as results
    from {{ ref('stg_agents__recall_results') }}
    group by event_record_key
),

-- A run is resolved when no action in it failed or was overridden and the last feedback, if any, was not bad.
runs as (
    select
        agent_id,
        run_id,
        {{ utc_date('min(occurred_at)') }} as day,
        not bool_or(coalesce(outcome, '') in ('reversed', 'refused', 'failed'))
        and coalesce(
            max_by(feedback_score, ({{ timestamp_text('occurred_at') }} || record_key)) filter (
                where feedback_score is not null
            ),
            1
        ) >= 0.5 as is_resolved
    from {{ ref('agent_actions') }}
    where agent_id is not null and run_id is not null
    group by agent_id, run_id
),

resolved as (
    select
        agent_id,
        day,
        count(*) as runs,
        count(*) filter (where is_resolved) as resolved_runs
    from runs
    group by agent_id, day
),

days as (
    select
        actions.agent_id,
        {{ utc_date('actions.occurred_at') }} as day,
        count(*) as events,
        count(*) filter (where actions.event_type = 'memory.add') as memories_added,
        count(*) filter (where actions.event_type = 'recall') as recalls,
        count(*) filter (where actions.event_type = 'recall' and coalesce(recalls.results, 0) > 0) as recall_hits,
        count(*) filter (where actions.event_type = 'action.proposed') as proposed,
        count(*) filter (where actions.event_type = 'action.executed') as executed,
        count(*) filter (where actions.opens_decision) as decisions,
        count(*) filter (where actions.opens_decision and actions.outcome in ('refused', 'reversed')) as overridden,
        count(*) filter (where actions.event_type = 'action.executed' and actions.outcome in ('reversed', 'failed'))
            as false_actions,
        sum(coalesce(actions.cost, 0)) as cost,
        sum(coalesce(actions.tokens_input, 0)) as tokens_input,
        sum(coalesce(actions.tokens_output, 0)) as tokens_output,
        {{ quantile('actions.latency_ms', 0.5) }} as latency_ms_p50,
        {{ quantile('actions.latency_ms', 0.95) }} as latency_ms_p95,
        {{ quantile('actions.cost', 0.5) }} as cost_p50,
        {{ quantile('actions.cost', 0.95) }} as cost_p95,
        avg(actions.feedback_score) as feedback_score
    from {{ ref('agent_actions') }} as actions
    left join recalls on actions.record_key = recalls.event_record_key
    where actions.agent_id is not null
    group by actions.agent_id, {{ utc_date('actions.occurred_at') }}
)

select
    days.agent_id,
    days.day,
    days.events,
    days.memories_added,
    days.recalls,
    days.recall_hits,
    days.proposed,
    days.executed,
    days.decisions,
    days.overridden,
    days.false_actions,
    coalesce(resolved.runs, 0) as runs,
    coalesce(resolved.resolved_runs, 0) as resolved_runs,
    round(resolved.resolved_runs / cast(nullif(resolved.runs, 0) as double), 4) as resolution_rate,
    round(days.overridden / cast(nullif(days.decisions, 0) as double), 4) as override_rate,
    round(days.false_actions / cast(nullif(days.executed, 0) as double), 4) as false_action_rate,
    round(days.recall_hits / cast(nullif(days.recalls, 0) as double), 4) as recall_hit_rate,
    round(days.cost, 6) as cost,
    round(days.cost_p50, 6) as cost_p50,
    round(days.cost_p95, 6) as cost_p95,
    cast(days.tokens_input as bigint) as tokens_input,
    cast(days.tokens_output as bigint) as tokens_output,
    round(days.latency_ms_p50, 3) as latency_ms_p50,
    round(days.latency_ms_p95, 3) as latency_ms_p95,
    round(days.feedback_score, 4) as feedback_score
from days
left join resolved on days.agent_id = resolved.agent_id and days.day = resolved.day
