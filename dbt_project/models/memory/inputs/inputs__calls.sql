{{ config(materialized='ephemeral') }}
{#- A transcript holds both parties: each one's words are an input of their own, under the call's record. -#}
with spoken as (
    select
        call_record_key,
        'customer' as author_role,
        customer_text as text,
        source_file,
        source_row,
        recorded_at
    from {{ ref('stg_twilio__transcripts') }}
    where customer_text is not null and not is_deleted
    union all
    select
        call_record_key,
        'staff' as author_role,
        agent_text as text,
        source_file,
        source_row,
        recorded_at
    from {{ ref('stg_twilio__transcripts') }}
    where agent_text is not null and not is_deleted
)

select
    {{ input_id('interactions.record_key', 'spoken.author_role', 'interactions.direction', 'interactions.channel',
        'interactions.occurred_at', 'spoken.text') }} as input_id,
    interactions.record_key,
    interactions.interaction_id,
    interactions.source,
    interactions.stream,
    interactions.channel,
    interactions.direction,
    spoken.text,
    cast(null as string) as structured,
    spoken.author_role,
    interactions.person_record_key,
    interactions.account_record_key,
    interactions.occurred_at,
    spoken.recorded_at,
    spoken.source_file,
    spoken.source_row
from spoken
inner join {{ ref('interactions') }} as interactions
    on spoken.call_record_key = interactions.record_key
