with tickets as (
    select * from {{ ref('stg_zendesk__tickets') }}
),

openings as (
    {{ zendesk_openings() | indent(4) }}
),

comments as (
    select
        *,
        row_number() over (partition by ticket_record_key, is_public order by occurred_at, native_id)
        + case when ticket_record_key in (select openings.record_key from openings) then 1 else 0 end as position
    from {{ ref('stg_zendesk__ticket_comments') }}
),

opened as (
    select tickets.*
    from tickets
    inner join openings on tickets.record_key = openings.record_key
),

messages as (
    select
        record_key,
        ticket_record_key,
        author_record_key,
        is_public,
        position,
        text,
        text_original,
        occurred_at,
        is_deleted,
        source_file,
        source_row,
        recorded_at
    from comments
    union all
    select
        record_key,
        record_key as ticket_record_key,
        requester_record_key as author_record_key,
        true as is_public,
        1 as position,
        text,
        text_original,
        created_at as occurred_at,
        is_deleted,
        source_file,
        source_row,
        recorded_at
    from opened
),

-- Zendesk's own doings, such as closing what was solved, have the author -1.
written as (
    select
        messages.*,
        case
            when messages.author_record_key = 'zendesk:users:-1' then 'bot'
            when users.role in ('agent', 'admin') then 'staff'
            else 'customer'
        end as author_role,
        users.recorded_at as author_recorded_at
    from messages
    left join {{ ref('stg_zendesk__users') }} as users on messages.author_record_key = users.record_key
)

select
    messages.record_key,
    'zendesk' as source,
    case when messages.record_key = messages.ticket_record_key then 'tickets' else 'ticket_comments' end as stream,
    messages.occurred_at,
    'ticket' as channel,
    case
        when not messages.is_public then 'ticket_note'
        when messages.position = 1 then 'ticket_opened'
        else 'ticket_reply'
    end as kind,
    case
        when not messages.is_public or messages.author_role = 'bot' then 'internal'
        when messages.author_role = 'staff' then 'outbound'
        else 'inbound'
    end as direction,
    messages.author_role,
    messages.author_record_key,
    case
        when messages.author_role = 'customer' then coalesce(messages.author_record_key, tickets.requester_record_key)
        else tickets.requester_record_key
    end as person_record_key,
    {{ empty_list() }} as participant_record_keys,
    tickets.organization_record_key as account_record_key,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    messages.ticket_record_key as thread_key,
    tickets.subject,
    messages.text,
    messages.text_original,
    {{ json_object({
        'ticket_status': 'tickets.status',
        'ticket_priority': 'tickets.priority',
        'ticket_type': 'tickets.type',
        'via': 'tickets.via_channel',
    }) }} as metadata,
    messages.is_deleted or coalesce(tickets.is_deleted, false) as is_deleted,
    messages.source_file,
    messages.source_row,
    messages.recorded_at,
    -- A late comment may take the place of a ticket's first.
    greatest(
        max(messages.recorded_at) over (partition by messages.ticket_record_key),
        coalesce(tickets.recorded_at, messages.recorded_at),
        coalesce(messages.author_recorded_at, messages.recorded_at)
    ) as changed_at
from written as messages
left join tickets on messages.ticket_record_key = tickets.record_key
