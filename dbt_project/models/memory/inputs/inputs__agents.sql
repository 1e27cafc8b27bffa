{{ config(materialized='ephemeral') }}
{#- What customers said to agents. An agent's own words, and what it chose to remember, are no statements of the
    customer. -#}
select
    {{ input_id('messages.record_key', "'customer'", "'inbound'", 'interactions.channel', 'messages.occurred_at',
        'messages.text') }} as input_id,
    interactions.record_key,
    interactions.interaction_id,
    interactions.source,
    interactions.stream,
    interactions.channel,
    'inbound' as direction,
    messages.text,
    cast(null as string) as structured,
    'customer' as author_role,
    interactions.person_record_key,
    interactions.account_record_key,
    messages.occurred_at,
    messages.recorded_at,
    messages.source_file,
    messages.source_row
from {{ ref('stg_agents__messages') }} as messages
inner join {{ ref('interactions') }} as interactions
    on messages.event_record_key = interactions.record_key
where messages.role = 'user' and messages.text is not null
