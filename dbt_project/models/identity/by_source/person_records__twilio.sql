with sightings as (
    select
        number_record_key,
        customer_number,
        cast(null as string) as caller_name,
        occurred_at,
        record_key,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row
    from {{ ref('stg_twilio__messages') }}
    where number_record_key is not null
    union all
    select
        number_record_key,
        customer_number,
        case when direction = 'inbound' then caller_name end as caller_name,
        occurred_at,
        record_key,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row
    from {{ ref('stg_twilio__calls') }}
    where number_record_key is not null and not coalesce(is_handed_on, false)
),

{{ addressed_persons('sightings', 'number_record_key', 'customer_number', 'caller_name') }}

select
    {{ addressed_person_columns('twilio', 'numbers', 'phone') }}
from first_sightings
left join names on first_sightings.number_record_key = names.number_record_key
