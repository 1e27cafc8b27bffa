{%- set rules = var('signals')['feature_abandoned'] %}
with feature_days as (
    select
        account_id,
        event_name,
        day,
        sum(events) as events,
        min(record_key) as record_key
    from {{ ref('usage_daily') }}
    where account_id is not null and event_type = 'track'
    group by account_id, event_name, day
),

pauses as (
    select
        feature_days.*,
        spans.first_day,
        lead(feature_days.day)
            over (partition by feature_days.account_id, feature_days.event_name order by feature_days.day)
            as next_day,
        spans.last_day,
        sum(feature_days.events) over (
            partition by feature_days.account_id, feature_days.event_name
            order by {{ day_number('feature_days.day') }}
            range between {{ rules['baseline'] - 1 }} preceding and current row
        ) as earlier_events,
        min(feature_days.day) over (partition by feature_days.account_id, feature_days.event_name) as first_use
    from feature_days
    inner join {{ ref('int_account_spans') }} as spans on feature_days.account_id = spans.account_id
),

paced as (
    select
        *,
        {{ days_between('day', 'coalesce(next_day, last_day)') }} as pause_days,
        least({{ rules['baseline'] }}, {{ days_between('first_use', 'day') }} + 1) as earlier_days
    from pauses
    where day <= last_day
),

long_pauses as (
    select
        *,
        earlier_events * 1.0 / earlier_days as daily_rate
    from paced
    where
        earlier_days >= {{ rules['min_history'] }}
        and earlier_events * 1.0 / earlier_days * pause_days >= {{ rules['min_expected'] }}
),

-- The account itself went on working: else it is its usage that fell, not one feature's.
compared as (
    select
        long_pauses.*,
        ends.events_to_date - begins.events_to_date as events_meanwhile,
        begins.events_to_date - coalesce(befores.events_to_date, 0) as events_before
    from long_pauses
    inner join {{ ref('int_account_usage_days') }} as begins
        on long_pauses.account_id = begins.account_id and long_pauses.day = begins.day
    inner join {{ ref('int_account_usage_days') }} as ends
        on long_pauses.account_id = ends.account_id and coalesce(long_pauses.next_day, long_pauses.last_day) = ends.day
    left join {{ ref('int_account_usage_days') }} as befores
        on
            long_pauses.account_id = befores.account_id
            and befores.day = {{ utc_date(add_days(midnight('long_pauses.day'), '-long_pauses.earlier_days')) }}
)

select
    {{ signal(
        'feature_abandoned',
        account_id='account_id',
        occurred_at=add_days(midnight('day'), 1),
        detected_at=add_days(midnight('day'), 'ceil(' ~ rules['min_expected'] ~ ' / daily_rate)'),
        value='0',
        baseline='daily_rate * pause_days',
        subject="record_key || '/' || event_name",
        evidence=list_of(['record_key']),
        detail="'no ' || event_name || ' for ' || cast(pause_days as string) || ' days, ' || " ~ rounded('daily_rate * pause_days') ~ " || ' expected'",
    ) }}
from compared
where
    earlier_events >= events_before * {{ rules['min_share'] }}
    and events_meanwhile >= {{ rules['min_activity'] }} * events_before * pause_days / earlier_days
