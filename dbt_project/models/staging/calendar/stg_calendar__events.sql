with versions as (
    {{ latest_versions(ref('base_calendar__events')) | indent(4) }}
),

readable as (
    select
        *,
        {{ html_to_text('text_original') }} as description
    from versions
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
from readable
