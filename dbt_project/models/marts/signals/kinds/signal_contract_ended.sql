with contracts as (
    select
        account_id,
        bool_or(is_running or coalesce(status, '') = 'paused') as stands,
        max_by(record_key, {{ timestamp_text('ended_at') }} || record_key) as record_key,
        max(ended_at) as ended_at,
        max_by(mrr_minor, {{ timestamp_text('ended_at') }} || record_key) as mrr_minor,
        max_by(plan, {{ timestamp_text('ended_at') }} || record_key) as plan
    from {{ ref('subscriptions') }}
    where account_id is not null and (is_running or coalesce(status, '') = 'paused' or ended_at <= {{ as_of() }})
    group by account_id
)

select
    {{ signal(
        'contract_ended',
        account_id='account_id',
        occurred_at='ended_at',
        value='mrr_minor',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail="coalesce(plan, 'the subscription') || ' ended'",
    ) }}
from contracts
where not stands
