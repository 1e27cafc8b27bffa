{#- The usage of the last days against what the account's own earlier usage leads to expect: of the weeks just
    before, and
    of all its time before, so that the end of a dip is no surge and the end of a peak no drop. Windows are whole weeks,
    so that weekends weigh alike. -#}
{%- set usage = var('signals')['usage'] %}
with changes as (
    select
        *,
        events - lag(events, 7) over (partition by account_id order by day) as weekly_change
    from {{ ref('int_account_usage_days') }}
),

windows as (
    select
        account_id,
        day,
        record_key,
        sum(events) over (
            partition by account_id order by day rows between {{ usage['window'] - 1 }} preceding and current row
        ) as recent_events,
        sum(events) over (
            partition by account_id order by day
            rows between {{ usage['window'] + usage['baseline'] - 1 }} preceding and {{ usage['window'] }} preceding
        ) as earlier_events,
        count(*) over (
            partition by account_id order by day
            rows between {{ usage['window'] + usage['baseline'] - 1 }} preceding and {{ usage['window'] }} preceding
        ) as earlier_days,
        avg(weekly_change * weekly_change) over (
            partition by account_id order by day
            rows between {{ usage['window'] + usage['baseline'] - 1 }} preceding and {{ usage['window'] }} preceding
        ) / 2 as earlier_variance,
        avg(events) over (
            partition by account_id order by day rows between unbounded preceding and {{ usage['window'] }} preceding
        ) as usual_events
    from changes
),

expected as (
    select
        *,
        least(earlier_events * 1.0 / earlier_days, usual_events) * {{ usage['window'] }} as least_expected,
        greatest(earlier_events * 1.0 / earlier_days, usual_events) * {{ usage['window'] }} as most_expected,
        -- Events that come together, a visit of twenty clicks, scatter more than as many single ones. Measured between
        -- a day and the same one of the week before, so that weekends do not count.
        greatest(1.0, coalesce(earlier_variance * earlier_days / nullif(earlier_events, 0), 1.0)) as scatter
    from windows
    where earlier_days >= {{ usage['min_history'] }}
)

-- z: square roots of counts scatter alike whatever the count, by one half where events come as chance has it, by more
-- where they come together; the baseline's own scatter is included. Counts themselves would not do: few are askew, and
-- surges fired by chance.
select
    account_id,
    day,
    record_key,
    recent_events,
    least_expected,
    most_expected,
    {{ count_z('recent_events', 'least_expected', usage['window'] ~ '.0 / earlier_days', 'scatter') }} as drop_z,
    {{ count_z('recent_events', 'most_expected', usage['window'] ~ '.0 / earlier_days', 'scatter') }} as surge_z
from expected
where least_expected >= {{ usage['min_expected'] }}
