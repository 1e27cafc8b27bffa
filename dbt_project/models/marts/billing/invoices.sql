select
    invoices.native_id as invoice_id,
    links.entity_id as account_id,
    invoices.subscription_record_key,
    invoices.number,
    invoices.status,
    invoices.billing_reason,
    invoices.total_minor,
    invoices.prorated_minor,
    invoices.amount_due_minor,
    invoices.amount_paid_minor,
    invoices.amount_remaining_minor,
    invoices.currency,
    invoices.created_at as issued_at,
    invoices.period_start_at,
    invoices.period_end_at,
    invoices.due_at,
    invoices.paid_at,
    invoices.status = 'open' and coalesce(invoices.due_at < {{ as_of() }}, false) as is_overdue,
    cast(invoices.attempt_count as bigint) as attempts,
    invoices.record_key,
    invoices.source_file,
    cast(invoices.source_row as bigint) as source_row
from {{ ref('stg_stripe__invoices') }} as invoices
left join {{ ref('identity_links') }} as links
    on invoices.customer_record_key = links.record_key and links.entity_type = 'account'
where not invoices.is_deleted
