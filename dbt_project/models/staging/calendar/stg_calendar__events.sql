with versions as (
    {{ latest_versions(ref('base_calendar__events')) | indent(4) }}
),

readable as (
    select
        *,
        {{ html_to_text('text_original') }} as description
    from versions
),

-- A repeating event stands once for each time that it takes place: the first under its own id.
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
        *,
        cast(null as string) as occurrence,
        starts_at as occurs_at
    from readable
    where occurrences is null
    union all
    select
        {{ star_except(['position', 'item']) }},
        item as occurrence,
        cast(item as {{ type_timestamptz() }}) as occurs_at
    from repeated
),

-- A change stands as long as the series was not delivered again without it.
outdated as (
    select changes.record_key
    from readable as changes
    inner join series on changes.uid = series.uid
    where changes.recurrence_id is not null and changes.drop_date < series.drop_date
),

changed as (
    select
        uid,
        recurrence_id
    from readable
    where recurrence_id is not null and record_key not in (select outdated.record_key from outdated)
),

standing as (
    select
        *,
        row_number() over (partition by record_key order by occurs_at) as place
    from dated
    where
        not exists (
            select 1
            from changed
            where dated.uid = changed.uid and dated.occurrence = changed.recurrence_id
        )
        and record_key not in (select outdated.record_key from outdated)
),

-- What was written of a series was written once: the first that stands has it.
events as (
    select
        {{ star_except(['native_id', 'record_key', 'starts_at', 'ends_at', 'description', 'text_original']) }},
        native_id || case when occurs_at = starts_at then '' else '/' || occurrence end as native_id,
        record_key || case when occurs_at = starts_at then '' else '/' || occurrence end as record_key,
        case when place = 1 then description end as description,
        case when place = 1 then text_original end as text_original,
        occurs_at as starts_at,
        occurs_at + (ends_at - starts_at) as ends_at
    from standing
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
    -- A change of one occurrence may hand what was written of the series on to another.
    max(recorded_at) over (partition by coalesce(uid, record_key)) as series_recorded_at,
    {{ provenance() }}
from events
