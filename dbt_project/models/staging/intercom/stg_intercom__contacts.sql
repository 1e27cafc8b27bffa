with versions as (
    {{ latest_versions(ref('base_intercom__contacts')) | indent(4) }}
)

select
    native_id,
    role,
    app_user_id,
    email,
    phone,
    name,
    company_record_keys,
    {{ list_item('company_record_keys', 1) }} as company_record_key,
    country,
    city,
    is_unsubscribed,
    last_seen_at,
    custom_attributes,
    created_at,
    modified_at,
    is_deleted,
    {{ provenance() }}
from versions
