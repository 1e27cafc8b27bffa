-- What the invoices of an account say is what its summary says, and nothing else; likewise the revenue of its
-- subscriptions.
with invoiced as (
    select
        account_id,
        sum(total_minor) as invoiced_minor,
        sum(amount_paid_minor) as paid_minor
    from {{ ref('invoices') }}
    where account_id is not null and status in ('open', 'paid', 'uncollectible')
    group by account_id
),

recurring as (
    select
        account_id,
        sum(mrr_minor) as mrr_minor
    from {{ ref('subscriptions') }}
    where account_id is not null and is_running
    group by account_id
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
