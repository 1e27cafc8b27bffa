with versions as (
    {{ latest_versions(ref('base_calendar__events')) | indent(4) }}
),

readable as (
    select
        *,
        {{ html_to_text('text_original') }} as description
    from versions
),

-- A repeating event stands once for each time that it takes place: the first under its own id. What was written of it
-- was written once, so the others have no text.
series as (
    select *
    from readable
    where occurrences is not null
),

repeated as (
    {{ json_rows('series', 'occurrences') | indent(4) }}
),

dated as (
    select
        {{ star_except(['description', 'text_original']) }},
        description,
        text_original,
        cast(null as string) as occurrence,
        starts_at as occurs_at
    from readable
    where occurrences is null
    union all
    select
        {{ star_except(['position', 'item', 'description', 'text_original']) }},
        case when position = 1 then description end as description,
        case when position = 1 then text_original end as text_original,
        item as occurrence,
        cast(item as {{ type_timestamptz() }}) as occurs_at
    from repeated
),

changed as (
    select
        uid,
        recurrence_id
    from readable
    where recurrence_id is not null
),

events as (
    select
        {{ star_except(['native_id', 'record_key', 'starts_at', 'ends_at']) }},
        native_id || case when occurs_at = starts_at then '' else '/' || occurrence end as native_id,
        record_key || case when occurs_at = starts_at then '' else '/' || occurrence end as record_key,
        occurs_at as starts_at,
        occurs_at + (ends_at - starts_at) as ends_at
    from dated
    where
        not exists (
            select 1
            from changed
            where dated.uid = changed.uid and dated.occurrence = changed.recurrence_id
        )
)

select
    native_id,
    uid,
    recurrence_id,
    sequence,
    title,
    {{ clean_mail('description') }} as text,
    text_original,
    starts_at,
    ends_at,
    starts_at as occurred_at,
    is_all_day,
    location,
    organizer_name,
    organizer_address,
    {{ record_key('calendar', 'addresses', 'organizer_address') }} as organizer_record_key,
    attendees,
    coalesce(status, 'confirmed') as status,
    coalesce(status = 'cancelled', false) as is_cancelled,
    rrule,
    calendar,
    created_at,
    modified_at,
    is_deleted,
    {{ provenance() }}
from events
