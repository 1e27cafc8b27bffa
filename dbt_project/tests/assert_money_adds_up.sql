-- What the invoices of an account say in its currency is what its summary says, and nothing else; likewise the revenue
-- of its subscriptions.
with invoiced as (
    select
        invoices.account_id,
        sum(invoices.total_minor) as invoiced_minor,
        sum(invoices.amount_paid_minor) as paid_minor
    from {{ ref('invoices') }} as invoices
    inner join {{ ref('accounts') }} as accounts
        on
            invoices.account_id = accounts.account_id
            and invoices.currency = coalesce(accounts.currency, invoices.currency)
    where invoices.status in ('open', 'paid', 'uncollectible')
    group by invoices.account_id
),

recurring as (
    select
        subscriptions.account_id,
        sum(subscriptions.mrr_minor) as mrr_minor
    from {{ ref('subscriptions') }} as subscriptions
    inner join {{ ref('accounts') }} as accounts
        on subscriptions.account_id = accounts.account_id and subscriptions.currency = accounts.currency
    where subscriptions.is_running
    group by subscriptions.account_id
)

select coalesce(summary.account_id, invoiced.account_id, recurring.account_id) as account_id
from {{ ref('account_summary') }} as summary
full outer join invoiced on summary.account_id = invoiced.account_id
full outer join recurring on coalesce(summary.account_id, invoiced.account_id) = recurring.account_id
where
    summary.account_id is null
    or summary.invoiced_minor != coalesce(invoiced.invoiced_minor, 0)
    or summary.paid_minor != coalesce(invoiced.paid_minor, 0)
    or summary.mrr_minor != coalesce(recurring.mrr_minor, 0)
