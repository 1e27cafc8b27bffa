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
    where not is_deleted
),

-- The CRM and other tools move a record from one account to the next.
stints as (
    select
        *,
        min(since_at) over (partition by record_key, account_id) as first_since_at,
        row_number() over (partition by record_key, account_id order by since_at desc) as stints_later
    from {{ ref('int_record_employers') }}
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
),

-- A product's user is one record wherever the person works: the workspaces that it was seen in tell of each employer.
in_workspaces as (
    select * from {{ ref('int_user_workspaces') }}
),

-- Of what was said, the company is that of the address written from, where the tool tells it.
said as (
    select
        coalesce(typed.person_record_key, typed.author_record_key) as record_key,
        domains.account_id,
        min(typed.occurred_at) as first_at,
        max(typed.occurred_at) as last_at
    from {{ ref('typed_interactions') }} as typed
    left join {{ ref('int_account_domains') }} as domains
        on {{ mail_domain('typed.customer_address') }} = domains.domain
    where
        not typed.is_deleted
        and typed.occurred_at <= {{ as_of() }}
        -- Whom staff wrote to need not be there any more.
        and typed.author_record_key = coalesce(typed.person_record_key, typed.author_record_key)
        and (typed.person_record_key is not null or typed.channel = 'email')
    group by coalesce(typed.person_record_key, typed.author_record_key), domains.account_id
),

worked_for as (
    select
        record_key,
        account_id,
        'linked' as evidence
    from in_workspaces
    union all
    select
        record_key,
        account_id,
        'domain' as evidence
    from said
    where account_id is not null
),

records as (
    select
        named.record_key,
        named.person_id,
        named.account_id,
        named.evidence,
        named.title,
        named.record_key as own_record_key,
        {{ record_standing('named.record_key') }} as standing
    from {{ ref('int_person_record_accounts') }} as named
    left join {{ ref('int_record_states') }} as states on named.record_key = states.record_key
    union all
    select
        worked_for.record_key,
        links.entity_id as person_id,
        worked_for.account_id,
        worked_for.evidence,
        null as title,
        null as own_record_key,
        null as standing
    from worked_for
    inner join {{ ref('identity_links') }} as links
        on
            worked_for.record_key = links.record_key
            and links.entity_type = 'person' and links.kind in ('customer', 'shared')
    left join {{ ref('int_person_record_accounts') }} as named
        on worked_for.record_key = named.record_key and worked_for.account_id = named.account_id
    where named.record_key is null
    union all
    select
        stints.record_key,
        stints.person_id,
        stints.account_id,
        'linked' as evidence,
        stints.title,
        null as own_record_key,
        '2' as standing
    from stints
    left join {{ ref('int_person_record_accounts') }} as named
        on stints.record_key = named.record_key and stints.account_id = named.account_id
    where stints.stints_later = 1 and stints.until_at is not null and named.record_key is null
),

activity as (
    select
        record_key,
        account_id,
        first_at,
        last_at
    from said
    union all
    select
        record_key,
        account_id,
        first_at,
        last_at
    from in_workspaces
    union all
    select
        users.record_key,
        cast(null as string) as account_id,
        users.first_seen_at as first_at,
        users.last_seen_at as last_at
    from {{ ref('stg_segment__users') }} as users
    left join in_workspaces on users.record_key = in_workspaces.record_key
    where in_workspaces.record_key is null
),

seen as (
    select
        records.record_key,
        records.account_id,
        min(greatest(activity.first_at, arrivals.first_since_at)) as first_at,
        max(activity.last_at) as last_at
    from records
    inner join activity on records.record_key = activity.record_key
    left join stints as arrivals
        on
            records.own_record_key = arrivals.record_key
            and records.account_id = arrivals.account_id
            and arrivals.until_at is null
    where
        records.account_id = activity.account_id
        or (activity.account_id is null and records.own_record_key is not null)
    group by records.record_key, records.account_id
),

memberships as (
    select
        records.account_id,
        records.person_id,
        min_by(records.evidence, (case records.evidence when 'linked' then '0' else '1' end || records.record_key))
            as evidence,
        {{ sorted_distinct_list('records.record_key') }} as record_keys,
        {{ survivor('records.title', 'records.standing') }} as title,
        least(
            min(coalesce(stints.first_since_at, created.created_at)),
            coalesce(min(seen.first_at), min(coalesce(stints.first_since_at, created.created_at)))
        ) as created_at,
        min(seen.first_at) as first_at,
        max(seen.last_at) as last_at,
        -- One contact of several that bounced or was moved says nothing while another stands.
        case
            when count(case when crm_contacts.record_key is not null and crm_contacts.left_at is null then 1 end) = 0
                then max(coalesce(crm_contacts.left_at, stints.until_at))
        end as left_at
    from records
    left join created on records.own_record_key = created.record_key
    left join seen on records.record_key = seen.record_key and records.account_id = seen.account_id
    left join crm_contacts on records.own_record_key = crm_contacts.record_key
    left join stints
        on
            records.record_key = stints.record_key
            and records.account_id = stints.account_id
            and stints.stints_later = 1
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
    last_at as last_seen_at,
    evidence,
    record_keys
from dated
