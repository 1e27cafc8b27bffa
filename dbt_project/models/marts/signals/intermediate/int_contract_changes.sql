{#- Where an account began to pay more or less: between two regular invoices of a subscription for periods of the same
    length, between two versions of it, or where the CRM says that a deal about it was won. What is billed in between, or beside the
    regular amount (for a change in mid-period, something extra), tells nothing of what is paid from now on. -#}
{%- set rules = var('signals')['contract_change'] %}
with bills as (
    select
        *,
        {{ days_between('period_start_at', 'period_end_at') }} as period_days
    from {{ ref('invoices') }}
    where
        account_id is not null and subscription_record_key is not null and status in ('open', 'paid', 'uncollectible')
),

regular as (
    select
        *,
        -- A month of it, however long the bill's period is.
        (total_minor - prorated_minor) / greatest(1, round(period_days / 30.4)) as amount_minor
    from bills
    where
        billing_reason = 'subscription_cycle'
        or (
            coalesce(billing_reason, 'subscription') in ('subscription', 'subscription_create')
            and period_end_at > period_start_at
        )
),

billed as (
    select
        account_id,
        issued_at as occurred_at,
        record_key,
        amount_minor,
        lag(amount_minor) over (
            partition by subscription_record_key, round(period_days / 15.0) order by issued_at, record_key
        ) as earlier_minor
    from regular
),

versioned as (
    select
        links.entity_id as account_id,
        {{ midnight('versions.drop_date') }} as occurred_at,
        versions.record_key,
        versions.mrr_minor as amount_minor,
        lag(versions.mrr_minor) over (partition by versions.record_key order by versions.drop_date) as earlier_minor
    from {{ ref('stg_stripe__subscription_versions') }} as versions
    inner join {{ ref('subscriptions') }} as subscriptions on versions.record_key = subscriptions.record_key
    inner join {{ ref('stg_stripe__subscriptions') }} as staged on versions.record_key = staged.record_key
    inner join {{ ref('identity_links') }} as links
        on staged.customer_record_key = links.record_key and links.entity_type = 'account'
    where versions.ended_at is null
),

measured as (
    select * from billed
    union all
    select * from versioned
),

paid as (
    select
        account_id,
        case when amount_minor > earlier_minor then 'expansion' else 'downgrade' end as kind,
        occurred_at,
        record_key,
        amount_minor,
        earlier_minor
    from measured
    where earlier_minor > 0 and abs(amount_minor - earlier_minor) >= {{ rules['min_share'] }} * earlier_minor
),

changes as (
    select
        account_id,
        kind,
        occurred_at,
        record_key
    from paid
    union all
    select
        account_id,
        case when lower(type) like '%downgrade%' then 'downgrade' else 'expansion' end as kind,
        {{ midnight('close_on') }} as occurred_at,
        record_key
    from {{ ref('opportunities') }}
    where
        account_id is not null and state = 'won'
        and (lower(type) like '%downgrade%' or lower(type) like '%upgrade%' or lower(type) like '%expansion%')
        and {{ midnight('close_on') }} <= {{ as_of() }}
),

begun as (
    select *
    from changes
    qualify {{ opens_episode('account_id, kind', 'occurred_at', rules['episode'], 'record_key') }}
)

-- A deal says when; what is paid since and was paid before stands in the first bill or subscription that shows it.
select
    begun.account_id,
    begun.kind,
    begun.occurred_at,
    begun.record_key,
    paid.record_key as paid_record_key,
    paid.amount_minor,
    paid.earlier_minor
from begun
left join paid
    on
        begun.account_id = paid.account_id
        and begun.kind = paid.kind
        and begun.occurred_at <= paid.occurred_at
        and paid.occurred_at <= {{ add_days('begun.occurred_at', rules['episode']) }}
qualify row_number() over (
    partition by begun.account_id, begun.kind, begun.record_key, begun.occurred_at
    order by paid.occurred_at, paid.record_key
) = 1
