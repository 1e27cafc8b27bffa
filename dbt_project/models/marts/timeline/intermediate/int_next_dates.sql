{#- What comes: renewals, meetings, promises that fall due, deals that are to close. -#}
select
    'renewal' as kind,
    accounts.account_id,
    cast(null as string) as person_id,
    accounts.renewal_on as due_on,
    'the contract renews' || coalesce((' (' || accounts.plan || ')'), '') as text,
    accounts.renewal_record_key as record_key
from {{ ref('accounts') }} as accounts
where accounts.renewal_on >= {{ as_of_date() }} and accounts.state = 'customer'

union all

select
    'meeting' as kind,
    members.account_id,
    members.person_id,
    {{ utc_date('events.starts_at') }} as due_on,
    coalesce(events.title, 'meeting') as text,
    events.record_key
from {{ ref('stg_calendar__events') }} as events
inner join {{ ref('stg_calendar__attendees') }} as attendees on events.record_key = attendees.event_record_key
inner join {{ ref('identity_links') }} as persons
    on
        attendees.address_record_key = persons.record_key
        and persons.entity_type = 'person'
        and persons.kind = 'customer'
inner join {{ ref('people') }} as members on persons.entity_id = members.person_id
where
    events.starts_at > {{ as_of() }}
    and not events.is_cancelled
    and not events.is_deleted
    and coalesce(attendees.participation, '') != 'declined'

union all

select
    kind,
    account_id,
    person_id,
    due_on,
    text,
    record_key
from {{ ref('int_open_items') }}
where kind in ('promise by staff', 'promise by customer', 'task') and due_on >= {{ as_of_date() }}

union all

select
    'deal' as kind,
    account_id,
    cast(null as string) as person_id,
    close_on as due_on,
    coalesce(name, 'deal') as text,
    record_key
from {{ ref('opportunities') }}
where state = 'open' and close_on >= {{ as_of_date() }}
