with events as (
    select * from {{ ref('stg_calendar__events') }}
),

attendee_rows as (
    {{ json_rows('events', 'attendees') | indent(4) }}
),

named as (
    select
        record_key as event_record_key,
        cast(0 as bigint) as position,
        organizer_name as name,
        organizer_address as address,
        'organizer' as role,
        cast(null as string) as participation,
        'individual' as type,
        occurred_at,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row,
        drop_date,
        recorded_at
    from events
    union all
    select
        record_key as event_record_key,
        cast(position as bigint) as position,
        nullif(trim({{ json_text('item', 'name') }}), '') as name,
        lower(trim({{ json_text('item', 'email') }})) as address,
        coalesce(lower({{ json_text('item', 'role') }}), 'req-participant') as role,
        lower({{ json_text('item', 'partstat') }}) as participation,
        coalesce(lower({{ json_text('item', 'cutype') }}), 'individual') as type,
        occurred_at,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row,
        drop_date,
        recorded_at
    from attendee_rows
)

select
    event_record_key,
    position,
    name,
    address,
    'calendar:addresses:' || address as address_record_key,
    role,
    participation,
    type,
    occurred_at,
    event_record_key || '#' || cast(position as string) as record_key,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from named
where address like '%@%'
