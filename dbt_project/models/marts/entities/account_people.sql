with crm_contacts as (
    select
        record_key,
        created_at,
        case
            when status = 'left' and email_bounced_at is not null then least(modified_at, email_bounced_at)
            when status = 'left' then modified_at
            else email_bounced_at
        end as left_at
    from {{ ref('stg_salesforce__contacts') }}
),

created as (
    select
        record_key,
        created_at
    from crm_contacts
    union all
    select
        record_key,
        created_at
    from {{ ref('stg_hubspot__contacts') }}
    union all
    select
        record_key,
        created_at
    from {{ ref('stg_zendesk__users') }}
    union all
    select
        record_key,
        created_at
    from {{ ref('stg_custom__people') }}
    union all
    select
        record_key,
        created_at
    from {{ ref('stg_intercom__contacts') }}
    union all
    select
        record_key,
        first_seen_at as created_at
    from {{ ref('stg_segment__users') }}
),

activity as (
    select
        coalesce(person_record_key, author_record_key) as record_key,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from {{ ref('typed_interactions') }}
    where
        not is_deleted
        and occurred_at <= {{ as_of() }}
        and (person_record_key is not null or channel = 'email')
    group by coalesce(person_record_key, author_record_key)
    union all
    select
        record_key,
        first_seen_at as first_at,
        last_seen_at as last_at
    from {{ ref('stg_segment__users') }}
),

seen as (
    select
        record_key,
        min(first_at) as first_at,
        max(last_at) as last_at
    from activity
    group by record_key
),

memberships as (
    select
        records.account_id,
        records.person_id,
        min_by(records.evidence, (case records.evidence when 'linked' then '0' else '1' end || records.record_key))
            as evidence,
        {{ sorted_distinct_list('records.record_key') }} as record_keys,
        {{ survivor('records.title', source_rank('records.record_key', 'crm_first')) }} as title,
        least(min(created.created_at), coalesce(min(seen.first_at), min(created.created_at))) as created_at,
        min(seen.first_at) as first_at,
        max(seen.last_at) as last_at,
        max(crm_contacts.left_at) as left_at
    from {{ ref('int_person_record_accounts') }} as records
    left join created on records.record_key = created.record_key
    left join seen on records.record_key = seen.record_key
    left join crm_contacts on records.record_key = crm_contacts.record_key
    group by records.account_id, records.person_id
),

dated as (
    select
        *,
        coalesce(created_at, first_at) as valid_at,
        coalesce(last_at, created_at, first_at) as seen_until
    from memberships
)

select
    account_id,
    person_id,
    {{ person_role('title') }} as role,
    title,
    valid_at,
    -- Left: the CRM says so, or the person turned up elsewhere and was not heard of here again.
    case
        when left_at is not null then greatest(left_at, valid_at)
        when seen_until < lead(valid_at) over (partition by person_id order by seen_until, valid_at, account_id)
            then lead(valid_at) over (partition by person_id order by seen_until, valid_at, account_id)
    end as invalid_at,
    case when left_at is not null then 'crm' end as left_evidence,
    seen_until as last_seen_at,
    evidence,
    record_keys
from dated
