{#- The events of the agents' log: conversations, what agents wrote down, proposed, did or undid, and the feedback they
    got. What an agent asked of the memory is nothing that happened with a customer (`memory.recalls`). -#}
with spoken as (
    select
        event_record_key,
        {{ ordered_list(
            "(case role when 'user' then 'customer' when 'assistant' then 'agent' else role end || ': ' || text)",
            'position'
        ) }}
            as lines
    from {{ ref('stg_agents__messages') }}
    where text is not null and role in ('user', 'assistant')
    group by event_record_key
)

select
    events.record_key,
    'agents' as source,
    'events' as stream,
    events.occurred_at,
    'agent' as channel,
    case
        when events.event_type = 'memory.add' and events.messages is not null then 'agent_conversation'
        when events.event_type = 'memory.add' then 'agent_memory'
        when events.event_type = 'action.executed' then 'agent_action'
        when {{ is_refusal('events.event_type', 'events.action_result') }} then 'agent_refused'
        when events.event_type in ('action.proposed', 'action.approved', 'action.reversed', 'feedback')
            then ('agent_' || {{ regex_replace('events.event_type', '^action\\.') }})
        else 'agent_event'
    end as kind,
    case
        when
            events.event_type in ('feedback', 'memory.add')
            and coalesce(events.messages, events.feedback_comment) is not null
            then 'inbound'
        when events.event_type = 'action.executed' then 'outbound'
        else 'internal'
    end as direction,
    case when events.event_type = 'feedback' then 'customer' else 'agent' end as author_role,
    cast(null as string) as author_record_key,
    cast(null as string) as person_record_key,
    {{ empty_list() }} as participant_record_keys,
    cast(null as string) as account_record_key,
    events.agent_id,
    events.run_id,
    events.user_id as user_identifier,
    coalesce('agents:runs:' || events.run_id, events.record_key) as thread_key,
    events.action_kind as subject,
    coalesce(
        {{ list_text('spoken.lines', '\n') }},
        events.memory,
        events.feedback_comment,
        events.action_reason
    )
        as text,
    coalesce(events.messages, events.memory, events.feedback_comment, events.action) as text_original,
    {{ json_object({
        'event_type': 'events.event_type',
        'app_id': 'events.app_id',
        'correlation_id': 'events.correlation_id',
        'user_id': 'events.user_id',
    }) }} as metadata,
    events.is_deleted,
    events.source_file,
    events.source_row,
    events.recorded_at,
    events.recorded_at as changed_at
from {{ ref('stg_agents__events') }} as events
left join spoken on events.record_key = spoken.event_record_key
where events.event_type != 'recall'
