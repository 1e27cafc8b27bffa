with versions as (
    {{ latest_versions(ref('base_salesforce__tasks')) | indent(4) }}
)

select
    native_id,
    -- Salesforce ids tell their object by the first three characters.
    case
        when who_id like '00Q%' then 'salesforce:leads:' || who_id
        when who_id is not null then 'salesforce:contacts:' || who_id
    end as who_record_key,
    case
        when what_id like '001%' then 'salesforce:accounts:' || what_id
        when what_id like '006%' then 'salesforce:opportunities:' || what_id
    end as what_record_key,
    account_record_key,
    subject,
    activity_on,
    status,
    priority,
    type,
    subtype,
    {{ clean_mail('text_original') }} as text,
    text_original,
    owner_record_key,
    call_seconds,
    call_type,
    completed_at,
    occurred_at,
    created_at,
    modified_at,
    is_deleted,
    {{ provenance() }}
from versions
