{%- set grace = var('signals')['invoice_overdue']['grace'] %}
select
    {{ signal(
        'invoice_overdue',
        account_id='account_id',
        occurred_at=add_days('due_at', grace),
        value='total_minor',
        baseline='0',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail="coalesce(number, invoice_id) || case when paid_at is null then ' is not paid' else ' was paid late' end",
    ) }}
from {{ ref('invoices') }}
where
    account_id is not null
    and status in ('open', 'paid', 'uncollectible')
    and {{ add_days('due_at', grace) }} < coalesce(paid_at, {{ as_of() }})
