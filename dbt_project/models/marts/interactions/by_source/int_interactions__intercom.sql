{#- Openings and parts with a text or an attachment; assignments, closings and snoozes are states of a conversation, not
    interactions. -#}
select
    parts.record_key,
    'intercom' as source,
    case when parts.part_number = 0 then 'conversations' else 'conversation_parts' end as stream,
    parts.occurred_at,
    'chat' as channel,
    case when parts.part_type = 'note' then 'chat_note' else 'chat_message' end as kind,
    case
        when parts.part_type = 'note' then 'internal'
        when parts.author_type = 'user' then 'inbound'
        else 'outbound'
    end as direction,
    case parts.author_type
        when 'user' then 'customer'
        when 'admin' then 'staff'
        else 'bot'
    end as author_role,
    parts.author_record_key,
    case
        when parts.author_type = 'user' then parts.author_record_key
        else conversations.contact_record_key
    end as person_record_key,
    {{ empty_list() }} as participant_record_keys,
    cast(null as string) as account_record_key,
    max(case when parts.author_type = 'user' then parts.author_email end) over (
        partition by parts.conversation_record_key
    ) as customer_address,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    parts.conversation_record_key as thread_key,
    coalesce(conversations.subject, conversations.title) as subject,
    parts.text,
    parts.text_original,
    {{ json_object({
        'conversation_state': 'conversations.state',
        'part_type': 'parts.part_type',
        'attachments': 'nullif(' ~ list_text('parts.attachments', ', ') ~ ", '')",
        'rating': 'cast(conversations.rating as string)',
    }) }} as metadata,
    conversations.is_deleted,
    parts.source_file,
    parts.source_row,
    parts.recorded_at,
    parts.recorded_at as changed_at
from {{ ref('stg_intercom__conversation_parts') }} as parts
inner join {{ ref('stg_intercom__conversations') }} as conversations
    on parts.conversation_record_key = conversations.record_key
where parts.text is not null or {{ list_length('parts.attachments') }} > 0
