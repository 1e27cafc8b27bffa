with versions as (
    {{ latest_versions(ref('base_twilio__messages'), modified_at=none) | indent(4) }}
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

select
    native_id,
    case when from_address like 'whatsapp:%' or to_address like 'whatsapp:%' then 'whatsapp' else 'sms' end as channel,
    direction,
    from_number,
    to_number,
    customer_number,
    company_number,
    {{ record_key('twilio', 'numbers', 'customer_number') }} as number_record_key,
    {{ trimmed('text_original') }} as text,
    text_original,
    status,
    occurred_at,
    segments,
    price,
    price_unit,
    error_code,
    error_message,
    is_deleted,
    {{ provenance() }}
from sided
