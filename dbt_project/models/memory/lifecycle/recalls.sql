{#- What agents asked memory and what they were handed, from their own log: where hit rates come from. -#}
with answered as (
    select
        event_record_key,
        position,
        memory_id,
        score
    from {{ ref('stg_agents__recall_results') }}
)

select
    events.record_key as recall_id,
    cast(coalesce(answered.position, 0) as bigint) as position,
    answered.memory_id,
    answered.score,
    answered.memory_id is not null as is_hit,
    events.query,
    events.user_id as user_identifier,
    named.person_id,
    coalesce(named.account_id, people.account_id) as account_id,
    events.agent_id,
    events.run_id,
    events.app_id,
    events.latency_ms,
    events.occurred_at,
    events.record_key,
    events.source_file,
    cast(events.source_row as bigint) as source_row
from {{ ref('stg_agents__events') }} as events
left join answered on events.record_key = answered.event_record_key
left join {{ ref('int_named_users') }} as named on events.user_id = named.user_identifier
left join {{ ref('people') }} as people on named.person_id = people.person_id
where events.event_type = 'recall' and not events.is_deleted and events.occurred_at <= {{ as_of() }}
