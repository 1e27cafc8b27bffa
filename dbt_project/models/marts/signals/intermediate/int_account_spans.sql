{#- From when to when an account is observed: from the first we know of it, not before the data begin, to the
    contract's end or the run's day; and until when its usage and its contacts are known. What a late drop has not
    brought yet is no silence. -#}
with activity as (
    select
        account_id,
        min(day) as first_day,
        min(day) as first_usage_day
    from {{ ref('usage_daily') }}
    where account_id is not null
    group by account_id
    union all
    select
        account_id,
        {{ utc_date('first_interaction_at') }} as first_day,
        cast(null as date) as first_usage_day
    from {{ ref('accounts') }}
    where first_interaction_at is not null
),

known as (
    select
        account_id,
        min(first_day) as first_day,
        min(first_usage_day) as first_usage_day
    from activity
    group by account_id
),

contact_sources as (
    select distinct source
    from {{ ref('interactions') }}
),

-- A tool that is stale is one that is not in use any more, and holds nothing up.
delivered as (
    select
        max(case when tools.source = 'segment' then tools.newest_drop_date end) as usage_until,
        min(case when tools.is_fresh and contact_sources.source is not null then tools.newest_drop_date end)
            as contacts_until
    from {{ ref('source_freshness') }} as tools
    left join contact_sources on tools.source = contact_sources.source
),

bounded as (
    select
        accounts.account_id,
        known.first_day,
        known.first_usage_day,
        min(known.first_day) over () as data_first_day,
        {{ utc_date('accounts.customer_since_at') }} as customer_since,
        coalesce({{ utc_date('accounts.contract_ended_at') }}, {{ as_of_date() }}) as last_day,
        accounts.contract_ended_at is not null as is_over
    from {{ ref('accounts') }} as accounts
    inner join known on accounts.account_id = known.account_id
)

select
    bounded.account_id,
    greatest(coalesce(bounded.customer_since, bounded.first_day), bounded.data_first_day) as first_day,
    bounded.last_day,
    bounded.is_over,
    greatest(coalesce(bounded.customer_since, bounded.first_day), bounded.data_first_day, bounded.first_usage_day)
        as first_usage_day,
    least(bounded.last_day, delivered.usage_until) as last_usage_day,
    least(bounded.last_day, delivered.contacts_until) as last_contact_day,
    bounded.customer_since,
    bounded.data_first_day
from bounded
cross join delivered
