with sightings as (
    select
        address_record_key,
        address,
        name,
        occurred_at,
        record_key,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row,
        type
    from {{ ref('stg_calendar__attendees') }}
),

-- Rooms, equipment and lists are invited like people.
things as (
    select distinct address_record_key
    from sightings
    where type in ('room', 'resource', 'group')
),

{{ addressed_persons('sightings', 'address_record_key', 'address', 'name') }}

select
    {{ addressed_person_columns(
        'calendar', 'addresses', 'email', "case when things.address_record_key is not null then 'shared' end"
    ) }}
from first_sightings
left join names on first_sightings.address_record_key = names.address_record_key
left join things on first_sightings.address_record_key = things.address_record_key
