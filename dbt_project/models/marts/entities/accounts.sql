with records as (
    select
        links.entity_id as account_id,
        records.*,
        lower(replace(records.industry, '_', ' ')) as industry_folded,
        states.created_at,
        states.stage,
        states.owner_name,
        states.employees,
        states.plan,
        parents.entity_id as parent_account_id,
        case when states.is_deleted then 1 else 0 end as is_gone,
        {{ record_standing('records.record_key') }} as standing,
        {{ source_rank('records.record_key', 'product_first') }}
        || {{ newest_first_text('states.modified_at') }} as product_standing
    from {{ ref('identity_links') }} as links
    inner join {{ ref('account_records') }} as records on links.record_key = records.record_key
    left join {{ ref('int_record_states') }} as states on links.record_key = states.record_key
    left join {{ ref('identity_links') }} as parents
        on records.parent_record_key = parents.record_key and parents.entity_type = 'account'
    where links.entity_type = 'account'
),

-- A name all in one case is a slip beside any other, else one that fewer of the account's records have.
spelt as (
    select
        account_id,
        name,
        lower(name) as folded,
        case when name = lower(name) or name = upper(name) then 0 else count(*) end as weight
    from records
    where name is not null
    group by account_id, name
),

slips as (
    {{ slips('spelt', 'account_id', 'name') | indent(4) }}
),

names as (
    select
        records.account_id,
        {{ survivor('records.name', "case when slips.name is null then '0' else '1' end || records.standing") }} as name
    from records
    left join slips on records.account_id = slips.account_id and records.name = slips.name
    group by records.account_id
),

-- One spelling of an industry: `FINANCIAL_SERVICES` of one tool is the others' `Financial Services`.
industries as (
    select
        lower(replace(industry, '_', ' ')) as folded,
        industry
    from records
    where industry is not null
    group by lower(replace(industry, '_', ' ')), industry
    qualify row_number() over (
        partition by lower(replace(industry, '_', ' '))
        order by
            case when industry = upper(industry) or industry = lower(industry) then 1 else 0 end,
            count(*) desc,
            industry
    ) = 1
),

profiles as (
    select
        account_id,
        {{ survivor('coalesce(domain, ' ~ web_host('website') ~ ')', 'standing') }} as domain,
        {{ survivor('industry_folded', 'standing') }} as industry_folded,
        cast(min_by(employees, (standing || record_key)) filter (where employees is not null) as bigint) as employees,
        {{ survivor('city', 'standing') }} as city,
        {{ survivor('country', 'standing') }} as country,
        {{ survivor('owner_name', 'standing') }} as owner,
        {{ survivor('stage', 'standing') }} as stage,
        {{ survivor('plan', 'product_standing') }} as product_plan,
        min(case when parent_account_id != account_id then parent_account_id end) as parent_account_id,
        min(is_gone) = 1 as is_gone,
        {{ sorted_distinct_list('source') }} as sources,
        count(*) as records
    from records
    group by account_id
),

contracts as (
    select
        account_id,
        min(started_at) as customer_since_at,
        bool_or(is_running) as is_running,
        bool_or(is_running or coalesce(status, '') = 'paused') as stands,
        max(ended_at) as last_ended_at,
        min(case when is_running then renewal_on end) as renewal_on,
        min_by(record_key, (cast(renewal_on as string) || record_key)) filter (
            where is_running and renewal_on is not null
        ) as renewal_record_key,
        max_by(
            plan, (case when is_running then '1' else '0' end || {{ timestamp_text('started_at') }} || subscription_id)
        ) as plan
    from {{ ref('subscriptions') }}
    where account_id is not null
    group by account_id
),

-- Amounts of several currencies are not added: the one that brings most is told.
revenue as (
    select
        account_id,
        currency,
        sum(case when is_running then mrr_minor else 0 end) as mrr_minor
    from {{ ref('subscriptions') }}
    where account_id is not null
    group by account_id, currency
    qualify row_number() over (
        partition by account_id order by sum(case when is_running then mrr_minor else 0 end) desc, currency
    ) = 1
),

-- The CRM is the system of record for the renewal: the next open deal about one names the day.
renewal_deals as (
    select
        account_id,
        min_by(close_on, ({{ renewal_rank(1, 'close_on') }} || record_key)) as renewal_on,
        min_by(record_key, ({{ renewal_rank(1, 'close_on') }} || record_key)) as record_key
    from {{ ref('opportunities') }}
    where state = 'open' and lower(type) like '%renewal%'
    group by account_id
),

contacts as (
    select
        account_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from {{ ref('interactions') }}
    where account_id is not null
    group by account_id
)

select
    profiles.account_id,
    names.name,
    profiles.domain,
    industries.industry,
    profiles.employees,
    profiles.city,
    profiles.country,
    profiles.parent_account_id,
    coalesce(contracts.plan, profiles.product_plan) as plan,
    cast(coalesce(revenue.mrr_minor, 0) as bigint) as mrr_minor,
    revenue.currency,
    case
        when contracts.stands then 'customer'
        when contracts.account_id is not null then 'former customer'
        else 'prospect'
    end as state,
    profiles.stage,
    profiles.owner,
    coalesce(renewal_deals.renewal_on, contracts.renewal_on) as renewal_on,
    case
        when renewal_deals.renewal_on is not null then renewal_deals.record_key
        when contracts.renewal_on is not null then contracts.renewal_record_key
    end as renewal_record_key,
    contracts.customer_since_at,
    case when not contracts.stands then contracts.last_ended_at end as contract_ended_at,
    contacts.first_interaction_at,
    contacts.last_interaction_at,
    coalesce(contacts.interactions, 0) as interactions,
    profiles.is_gone as is_deleted,
    profiles.sources,
    profiles.records
from profiles
left join names on profiles.account_id = names.account_id
left join industries on profiles.industry_folded = industries.folded
left join contracts on profiles.account_id = contracts.account_id
left join revenue on profiles.account_id = revenue.account_id
left join renewal_deals on profiles.account_id = renewal_deals.account_id
left join contacts on profiles.account_id = contacts.account_id
