{%- set rules = var('signals')['onboarding_stalled'] %}
with newcomers as (
    select *
    from {{ ref('int_account_spans') }}
    where
        customer_since > data_first_day
        and {{ utc_date(add_days(midnight('customer_since'), rules['days'])) }} <= last_day
),

started as (
    select
        newcomers.account_id,
        newcomers.customer_since,
        count(distinct usage.day) as active_days,
        min(usage.record_key) as usage_record_key
    from newcomers
    left join {{ ref('usage_daily') }} as usage
        on
            newcomers.account_id = usage.account_id
            and {{ days_between('newcomers.customer_since', 'usage.day') }}
            between {{ rules['settle'] }} and {{ rules['days'] }}
    group by newcomers.account_id, newcomers.customer_since
),

contracts as (
    select
        account_id,
        min_by(record_key, ({{ timestamp_text('started_at') }} || record_key)) as record_key
    from {{ ref('subscriptions') }}
    group by account_id
)

select
    {{ signal(
        'onboarding_stalled',
        account_id='started.account_id',
        occurred_at=add_days(midnight('started.customer_since'), rules['days']),
        value='started.active_days',
        baseline=rules['min_active_days'],
        subject='contracts.record_key',
        evidence=list_of(['contracts.record_key', 'started.usage_record_key']),
        detail="'active on ' || cast(started.active_days as string) || ' days from day " ~ rules['settle'] ~ " to " ~ rules['days'] ~ "'",
    ) }}
from started
inner join contracts on started.account_id = contracts.account_id
where started.active_days < {{ rules['min_active_days'] }}
