{%- set rules = var('signals')['onboarding_stalled'] %}
{%- set told = ' from day ' ~ rules['settle'] ~ ' to ' ~ rules['days'] %}
with newcomers as (
    select *
    from {{ ref('int_account_spans') }}
    where
        customer_since > data_first_day
        and {{ utc_date(add_days(midnight('customer_since'), rules['days'])) }} <= last_day
),

-- Inner first: an outer join on a range of days would hold every row against every newcomer.
used_days as (
    select
        newcomers.account_id,
        usage.day,
        {{ days_between('newcomers.customer_since', 'usage.day') }} >= {{ rules['settle'] }} as is_settled,
        sum(usage.events) as events,
        min(usage.record_key) as record_key
    from newcomers
    inner join {{ ref('usage_daily') }} as usage
        on
            newcomers.account_id = usage.account_id
            and {{ days_between('newcomers.customer_since', 'usage.day') }} between 0 and {{ rules['days'] }}
    group by newcomers.account_id, newcomers.customer_since, usage.day
),

started as (
    select
        newcomers.account_id,
        newcomers.customer_since,
        count(case when days.is_settled then 1 end) as active_days,
        coalesce(sum(case when days.is_settled then days.events end), 0) * 1.0
        / {{ rules['days'] - rules['settle'] + 1 }} as daily_events,
        coalesce(sum(case when not days.is_settled then days.events end), 0) as first_events,
        -- As on the middle one of the first active days: a day on which everything is brought in is no pace to keep.
        coalesce(
            {{ quantile('case when not days.is_settled then days.events end', 0.5) }}
            * count(case when not days.is_settled then 1 end), 0
        ) as first_events_at_pace,
        min(days.record_key) as usage_record_key
    from newcomers
    left join used_days as days on newcomers.account_id = days.account_id
    group by newcomers.account_id, newcomers.customer_since
),

paced as (
    select
        *,
        least(first_events, first_events_at_pace) * 1.0 / {{ rules['settle'] }} as first_daily_events
    from started
),

judged as (
    select
        *,
        active_days < {{ rules['min_active_days'] }} as is_hardly_there,
        'active on ' || cast(active_days as string) || ' days{{ told }}' as active_days_text,
        cast(round(daily_events, 1) as string) || ' events a day{{ told }}, '
        || cast(round(first_daily_events, 1) as string) || ' before' as daily_events_text
    from paced
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
        account_id='judged.account_id',
        occurred_at=add_days(midnight('judged.customer_since'), rules['days']),
        value='case when judged.is_hardly_there then judged.active_days else judged.daily_events end',
        baseline='case when judged.is_hardly_there then ' ~ rules['min_active_days'] ~ ' else judged.first_daily_events end',
        subject='contracts.record_key',
        evidence=list_of(['contracts.record_key', 'judged.usage_record_key']),
        detail="case when judged.is_hardly_there then judged.active_days_text else judged.daily_events_text end",
    ) }}
from judged
inner join contracts on judged.account_id = contracts.account_id
where
    judged.is_hardly_there
    or (
        judged.first_events >= {{ rules['min_first_events'] }}
        and judged.daily_events <= {{ rules['max_ratio'] }} * judged.first_daily_events
    )
