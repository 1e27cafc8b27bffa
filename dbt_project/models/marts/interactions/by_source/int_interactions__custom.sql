{#- A tool of your own. What is not said to be a customer's is not taken for the customer's words. A kind that its
    channel does not have becomes the channel's usual one; what belongs to no channel of ours is an event. As
    delivered, both stay in the metadata. -#}
{%- set usual = {
    'email': 'email', 'ticket': 'ticket_reply', 'chat': 'chat_message', 'sms': 'text_message', 'whatsapp': 'text_message',
    'call': 'call', 'meeting': 'meeting', 'note': 'note',
} %}
with placed as (
    select
        delivered.*,
        kinds.kind is not null
        {%- for channel in usual %}
            or delivered.channel = '{{ channel }}'
        {%- endfor %} as is_known,
        kinds.kind as known_kind,
        case
            when delivered.author is not null then delivered.author
            when
                coalesce(delivered.direction, 'inbound') = 'inbound'
                and not {{ is_note('delivered.channel', 'delivered.kind') }}
                then 'customer'
            else 'staff'
        end as author_role
    from {{ ref('stg_custom__interactions') }} as delivered
    left join {{ ref('interaction_kinds') }} as kinds
        on delivered.channel = kinds.channel and delivered.kind = kinds.kind
)

select
    record_key,
    'custom' as source,
    'interactions' as stream,
    occurred_at,
    case when is_known then channel else 'other' end as channel,
    coalesce(
        known_kind,
        case channel
            {%- for channel, kind in usual.items() %}
                when '{{ channel }}' then '{{ kind }}'
            {%- endfor %}
            else 'event'
        end
    ) as kind,
    case
        when direction is not null then direction
        when {{ is_note('channel', 'kind') }} then 'internal'
        when author_role = 'customer' then 'inbound'
        else 'outbound'
    end as direction,
    author_role,
    case when author_role = 'customer' then person_record_key end as author_record_key,
    person_record_key,
    {{ empty_list() }} as participant_record_keys,
    account_record_key,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    thread_key,
    subject,
    text,
    text_original,
    {{ json_object({'channel': 'channel', 'kind': 'kind', 'delivered': 'metadata'}) }} as metadata,
    is_deleted,
    source_file,
    source_row,
    recorded_at,
    recorded_at as changed_at
from placed
