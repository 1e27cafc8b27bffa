{%- set rules = var('signals')['onboarding_stalled'] %}
with newcomers as (
    select *
    from {{ ref('int_account_spans') }}
    where
        customer_since > data_first_day
        and {{ utc_date(add_days(midnight('customer_since'), rules['days'])) }} <= last_day
),

-- Inner first: an outer join on a range of days would hold every row against every newcomer.
used as (
    select
        newcomers.account_id,
        usage.day,
        usage.events,
        usage.record_key,
        {{ days_between('newcomers.customer_since', 'usage.day') }} >= {{ rules['settle'] }} as is_settled
    from newcomers
    inner join {{ ref('usage_daily') }} as usage
        on
            newcomers.account_id = usage.account_id
            and {{ days_between('newcomers.customer_since', 'usage.day') }} between 0 and {{ rules['days'] }}
),

started as (
    select
        newcomers.account_id,
        newcomers.customer_since,
        count(distinct case when used.is_settled then used.day end) as active_days,
        coalesce(sum(case when used.is_settled then used.events end), 0) * 1.0
        / {{ rules['days'] - rules['settle'] + 1 }} as daily_events,
        coalesce(sum(case when not used.is_settled then used.events end), 0) as first_events,
        min(used.record_key) as usage_record_key
    from newcomers
    left join used on newcomers.account_id = used.account_id
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
where
    started.active_days < {{ rules['min_active_days'] }}
    or (
        started.first_events >= {{ rules['min_first_events'] }}
        and started.daily_events <= {{ rules['max_ratio'] }} * started.first_events / {{ rules['settle'] }}
    )
