with versions as (
    {{ latest_versions(ref('base_hubspot__contacts')) | indent(4) }}
)

select
    native_id,
    first_name,
    last_name,
    name,
    email,
    phone,
    mobile_phone,
    title,
    company_name,
    company_record_keys,
    {{ list_item('company_record_keys', 1) }} as company_record_key,
    lifecycle_stage,
    lead_status,
    owner_name,
    city,
    country,
    last_activity_at,
    created_at,
    modified_at,
    is_deleted,
    {{ provenance() }}
from versions
