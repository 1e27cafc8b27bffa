with sightings as (
    select
        recipients.address_record_key,
        recipients.address,
        recipients.name,
        recipients.occurred_at,
        recipients.record_key,
        recipients.first_drop_date,
        recipients.first_recorded_at,
        recipients.source_file,
        recipients.source_row,
        -- Whoever is away answers by machine and is none: only what nobody asked for tells of one.
        case
            when recipients.role = 'from' then messages.is_automatic and messages.in_reply_to_record_key is null
        end as is_automatic
    from {{ ref('stg_mailbox__recipients') }} as recipients
    inner join {{ ref('stg_mailbox__messages') }} as messages on recipients.message_record_key = messages.record_key
    where recipients.role in ('from', 'to', 'cc')
),

-- An address that only ever writes by machine belongs to a machine.
machines as (
    select address_record_key
    from sightings
    group by address_record_key
    having bool_and(coalesce(is_automatic, false)) filter (where is_automatic is not null)
),

{{ addressed_persons('sightings', 'address_record_key', 'address', 'name') }}

select
    {{ addressed_person_columns(
        'mailbox', 'addresses', 'email', "case when machines.address_record_key is not null then 'bot' end"
    ) }}
from first_sightings
left join names on first_sightings.address_record_key = names.address_record_key
left join machines on first_sightings.address_record_key = machines.address_record_key
