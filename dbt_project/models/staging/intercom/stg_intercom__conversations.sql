with versions as (
    {{ latest_versions(ref('base_intercom__conversations')) | indent(4) }}
)

select
    native_id,
    title,
    state,
    is_open,
    priority,
    admin_record_key,
    contact_record_keys,
    {{ list_item('contact_record_keys', 1) }} as contact_record_key,
    source_type,
    delivered_as,
    subject,
    body,
    attachments,
    author_type,
    author_id,
    author_name,
    author_email,
    parts,
    rating,
    rating_remark,
    tags,
    created_at,
    modified_at,
    is_deleted,
    {{ provenance() }}
from versions
