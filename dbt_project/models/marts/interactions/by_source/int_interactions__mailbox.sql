{#- Who of the writers and readers is the customer, and so the direction, is known once identities are joined. -#}
select
    record_key,
    'mailbox' as source,
    'messages' as stream,
    occurred_at,
    'email' as channel,
    case when is_automatic then 'automatic_email' else 'email' end as kind,
    cast(null as string) as direction,
    cast(null as string) as author_role,
    from_record_key as author_record_key,
    cast(null as string) as person_record_key,
    {{ list_concat(
        list_of(['from_record_key']),
        list_concat(list_prefixed('to_addresses', 'mailbox:addresses:'), list_prefixed('cc_addresses', 'mailbox:addresses:'))
    ) }} as participant_record_keys,
    cast(null as string) as account_record_key,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    thread_key,
    subject,
    text,
    coalesce(html, text_original) as text_original,
    {{ json_object({
        'mailbox': 'mailbox',
        'to': list_text('to_addresses', ', '),
        'cc': list_text('cc_addresses', ', '),
    }) }} as metadata,
    is_deleted,
    source_file,
    source_row,
    recorded_at,
    recorded_at as changed_at
from {{ ref('stg_mailbox__messages') }}
