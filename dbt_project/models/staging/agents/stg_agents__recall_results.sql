with events as (
    select * from {{ ref('stg_agents__events') }}
),

result_rows as (
    {{ json_rows('events', 'results') | indent(4) }}
)

select
    record_key as event_record_key,
    cast(position as bigint) as position,
    {{ json_text('item', 'memory_id') }} as memory_id,
    try_cast({{ json_text('item', 'score') }} as double) as score,
    occurred_at,
    record_key || '#' || cast(position as string) as record_key,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from result_rows
