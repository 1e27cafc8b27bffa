with events as (
    select * from {{ ref('stg_agents__events') }}
),

message_rows as (
    {{ json_rows('events', 'messages') | indent(4) }}
)

select
    record_key as event_record_key,
    cast(position as bigint) as position,
    lower({{ json_text('item', 'role') }}) as role,
    {{ trimmed(json_text('item', 'content')) }} as text,
    occurred_at,
    user_id,
    agent_id,
    run_id,
    app_id,
    record_key || '#' || cast(position as string) as record_key,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from message_rows
