with invited as (
    select
        event_record_key,
        {{ ordered_list('address_record_key', 'position') }} as attendee_record_keys
    from {{ ref('stg_calendar__attendees') }}
    where
        role != 'organizer'
        and coalesce(type, 'individual') = 'individual'
        and coalesce(participation, '') != 'declined'
    group by event_record_key
)

select
    events.record_key,
    'calendar' as source,
    'events' as stream,
    events.occurred_at,
    'meeting' as channel,
    case when events.is_cancelled then 'cancelled_meeting' else 'meeting' end as kind,
    cast(null as string) as direction,
    cast(null as string) as author_role,
    events.organizer_record_key as author_record_key,
    cast(null as string) as person_record_key,
    {{ list_concat(
        list_of(['events.organizer_record_key']),
        'coalesce(invited.attendee_record_keys, ' ~ empty_list() ~ ')'
    ) }} as participant_record_keys,
    cast(null as string) as account_record_key,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    'calendar:series:' || events.uid as thread_key,
    events.title as subject,
    events.text,
    events.text_original,
    {{ json_object({
        'ends_at': timestamp_text('events.ends_at'),
        'is_all_day': 'events.is_all_day',
        'location': 'events.location',
        'status': 'events.status',
    }) }} as metadata,
    events.is_deleted,
    events.source_file,
    events.source_row,
    events.recorded_at,
    events.series_recorded_at as changed_at
from {{ ref('stg_calendar__events') }} as events
left join invited on events.record_key = invited.event_record_key
