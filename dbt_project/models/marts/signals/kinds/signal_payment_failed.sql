with failures as (
    -- What was to be paid: the tries of one bill, or of one payment where the bill is not told, are one failure.
    select
        *,
        coalesce(invoice_record_key, payment_intent_id, record_key) as due_key
    from {{ ref('stg_stripe__charges') }}
    where status = 'failed' and not is_deleted
)

select
    {{ signal(
        'payment_failed',
        account_id='links.entity_id',
        occurred_at='min(failures.occurred_at)',
        value='count(*)',
        baseline='0',
        subject='failures.due_key',
        evidence=sorted_distinct_list('failures.record_key'),
        detail="'failed ' || cast(count(*) as string) || ' times: ' || coalesce(min(failures.failure_code), 'no reason given')",
    ) }}
from failures
inner join {{ ref('identity_links') }} as links
    on failures.customer_record_key = links.record_key and links.entity_type = 'account'
group by links.entity_id, failures.due_key
