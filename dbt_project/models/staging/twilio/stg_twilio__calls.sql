with versions as (
    {{ latest_versions(ref('base_twilio__calls'), modified_at=none) | indent(4) }}
),

numbered as (
    select
        *,
        case when vendor_direction like 'inbound%' then 'inbound' else 'outbound' end as direction,
        {{ phone_number('from_address') }} as from_number,
        {{ phone_number('to_address') }} as to_number
    from versions
),

sided as (
    select
        *,
        case when direction = 'inbound' then from_number else to_number end as customer_number,
        case when direction = 'inbound' then to_number else from_number end as company_number
    from numbered
)

-- A customer's call that was handed on has a leg to one of us, which is no call of its own. Where we called, the legs
-- are to one of us and to the customer, and nothing tells them apart.
select
    native_id,
    parent_record_key,
    parent_record_key in (
        select callers.record_key
        from sided as callers
        where callers.direction = 'inbound'
    ) as is_handed_on,
    direction,
    from_number,
    to_number,
    customer_number,
    company_number,
    {{ record_key('twilio', 'numbers', 'customer_number') }} as number_record_key,
    status,
    started_at,
    ended_at,
    started_at as occurred_at,
    duration_seconds,
    answered_by,
    caller_name,
    price,
    price_unit,
    is_deleted,
    {{ provenance() }}
from sided
