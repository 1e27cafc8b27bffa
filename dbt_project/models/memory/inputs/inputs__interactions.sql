{{ config(materialized='ephemeral') }}

select
    {{ input_id('record_key', 'author_role', 'direction', 'channel', 'occurred_at', 'text') }} as input_id,
    record_key,
    interaction_id,
    source,
    stream,
    channel,
    direction,
    text,
    cast(null as string) as structured,
    author_role,
    person_record_key,
    account_record_key,
    occurred_at,
    recorded_at,
    source_file,
    source_row
from {{ ref('interactions') }}
where
    text is not null
    and author_role in ('customer', 'staff')
    and channel != 'agent'
    and not (source = 'twilio' and stream = 'calls')
