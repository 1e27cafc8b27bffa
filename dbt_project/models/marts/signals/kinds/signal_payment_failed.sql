select
    {{ signal(
        'payment_failed',
        account_id='links.entity_id',
        occurred_at='min(charges.occurred_at)',
        value='count(*)',
        baseline='0',
        subject='coalesce(charges.invoice_record_key, min(charges.record_key))',
        evidence=sorted_distinct_list('charges.record_key'),
        detail="'failed ' || cast(count(*) as string) || ' times: ' || coalesce(min(charges.failure_code), 'no reason given')",
    ) }}
from {{ ref('stg_stripe__charges') }} as charges
inner join {{ ref('identity_links') }} as links
    on charges.customer_record_key = links.record_key and links.entity_type = 'account'
where charges.status = 'failed' and not charges.is_deleted
group by
    links.entity_id,
    charges.invoice_record_key,
    case when charges.invoice_record_key is null then charges.record_key end
