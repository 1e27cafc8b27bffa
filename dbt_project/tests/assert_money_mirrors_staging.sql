-- What was staged, by kind and currency, is what the marts hold, with an account or without: joins lose and double
-- nothing. A subscription whose first payment was never made is none.
with staged as (
    select
        'invoiced' as kind,
        currency,
        sum(total_minor) as amount_minor
    from {{ ref('stg_stripe__invoices') }}
    where not is_deleted
    group by currency
    union all
    select
        'paid' as kind,
        currency,
        sum(amount_paid_minor) as amount_minor
    from {{ ref('stg_stripe__invoices') }}
    where not is_deleted
    group by currency
    union all
    select
        'recurring' as kind,
        currency,
        sum(mrr_minor) as amount_minor
    from {{ ref('stg_stripe__subscriptions') }}
    where not is_deleted and coalesce(status, '') not in ('incomplete', 'incomplete_expired')
    group by currency
    union all
    select
        'deals' as kind,
        currency,
        sum(amount_minor) as amount_minor
    from {{ ref('stg_salesforce__opportunities') }}
    where not is_deleted
    group by currency
),

modelled as (
    select
        'invoiced' as kind,
        currency,
        sum(total_minor) as amount_minor
    from {{ ref('invoices') }}
    group by currency
    union all
    select
        'paid' as kind,
        currency,
        sum(amount_paid_minor) as amount_minor
    from {{ ref('invoices') }}
    group by currency
    union all
    select
        'recurring' as kind,
        currency,
        sum(mrr_minor) as amount_minor
    from {{ ref('subscriptions') }}
    group by currency
    union all
    select
        'deals' as kind,
        currency,
        sum(amount_minor) as amount_minor
    from {{ ref('opportunities') }}
    group by currency
)

select
    coalesce(staged.kind, modelled.kind) as kind,
    coalesce(staged.currency, modelled.currency) as currency,
    staged.amount_minor as staged_minor,
    modelled.amount_minor as modelled_minor
from staged
full outer join modelled
    on staged.kind = modelled.kind and coalesce(staged.currency, '') = coalesce(modelled.currency, '')
where coalesce(staged.amount_minor, 0) != coalesce(modelled.amount_minor, 0)
