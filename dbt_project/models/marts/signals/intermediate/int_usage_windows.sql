{#- The usage of the last days against what the account's own earlier usage leads to expect: of the weeks just
    before, and
    of all its time before, so that the end of a dip is no surge and the end of a peak no drop. Windows are whole weeks,
    so that weekends weigh alike. -#}
{%- set usage = var('signals')['usage'] %}
with windows as (
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
        avg(events) over (
            partition by account_id order by day rows between unbounded preceding and {{ usage['window'] }} preceding
        ) as usual_events
    from {{ ref('int_account_usage_days') }}
),

expected as (
    select
        *,
        least(earlier_events * 1.0 / earlier_days, usual_events) * {{ usage['window'] }} as least_expected,
        greatest(earlier_events * 1.0 / earlier_days, usual_events) * {{ usage['window'] }} as most_expected
    from windows
    where earlier_days >= {{ usage['min_history'] }}
)

-- z: square roots of counts scatter alike whatever the count, by one half where events come as chance has it; the
-- baseline's own scatter is included. Counts themselves would not do: few are askew, and surges fired by chance.
select
    account_id,
    day,
    record_key,
    recent_events,
    least_expected,
    most_expected,
    {{ count_z('recent_events', 'least_expected', usage['window'] ~ '.0 / earlier_days') }} as drop_z,
    {{ count_z('recent_events', 'most_expected', usage['window'] ~ '.0 / earlier_days') }} as surge_z
from expected
where least_expected >= {{ usage['min_expected'] }}
