with messages as (
    select * from {{ ref('stg_mailbox__messages') }}
),

to_rows as (
    {{ json_rows('messages', 'recipients_to') | indent(4) }}
),

cc_rows as (
    {{ json_rows('messages', 'recipients_cc') | indent(4) }}
),

reply_to_rows as (
    {{ json_rows('messages', 'recipients_reply_to') | indent(4) }}
),

named as (
    select
        record_key as message_record_key,
        'from' as role,
        cast(1 as bigint) as position,
        from_name as name,
        from_address as address,
        occurred_at,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row,
        drop_date,
        recorded_at
    from messages
    {%- for role in ['to', 'cc', 'reply_to'] %}
        union all
        select
            record_key as message_record_key,
            '{{ role }}' as role,
            cast(position as bigint) as position,
            nullif(trim({{ json_text('item', 'name') }}), '') as name,
            lower(trim({{ json_text('item', 'email') }})) as address,
            occurred_at,
            first_drop_date,
            first_recorded_at,
            source_file,
            source_row,
            drop_date,
            recorded_at
        from {{ role }}_rows
    {%- endfor %}
)

select
    message_record_key,
    role,
    position,
    name,
    address,
    'mailbox:addresses:' || address as address_record_key,
    occurred_at,
    message_record_key || '#' || role || cast(position as string) as record_key,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from named
where address like '%@%'
