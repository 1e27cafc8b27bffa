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
        lead(feature_days.day)
            over (partition by feature_days.account_id, feature_days.event_name order by feature_days.day)
            as next_day,
        spans.last_usage_day as last_day,
        sum(feature_days.events) over earlier as earlier_events,
        count(*) over earlier as earlier_uses,
        min(feature_days.day) over (partition by feature_days.account_id, feature_days.event_name) as first_use
    from feature_days
    inner join {{ ref('int_account_spans') }} as spans on feature_days.account_id = spans.account_id
    window earlier as (
        partition by feature_days.account_id, feature_days.event_name order by {{ day_number('feature_days.day') }}
        range between {{ rules['baseline'] - 1 }} preceding and current row
    )
),

paced as (
    select
        *,
        -- Days without it: the day on which it comes back is none.
        case
            when next_day <= last_day then {{ days_between('day', 'next_day') }} - 1
            else {{ days_between('day', 'last_day') }}
        end as pause_days,
        least({{ rules['baseline'] }}, {{ days_between('first_use', 'day') }} + 1) as earlier_days
    from pauses
    where day <= last_day
),

-- Counted in days of use: one busy day of a large account is no reason to expect as much of the next.
long_pauses as (
    select
        *,
        earlier_uses * 1.0 / earlier_days as daily_rate,
        -- So many days without it tell; what comes after them changes nothing that was told.
        least(
            pause_days, cast(ceil({{ rules['min_expected'] }} * earlier_days / (earlier_uses * 1.0)) as integer)
        ) as telling_days
    from paced
    where
        earlier_days >= {{ rules['min_history'] }}
        and earlier_uses * 1.0 / earlier_days * pause_days >= {{ rules['min_expected'] }}
),

-- The account's events up to three days of each pause: its begin, when it told, and the begin of what measures it.
-- One join on account and day: of three, the engine may hold all days of an account against each other first.
days_asked as (
    {%- for asked, asked_day in [
        ('begin', 'day'),
        ('end', utc_date(add_days(midnight('day'), 'telling_days'))),
        ('before', utc_date(add_days(midnight('day'), '-earlier_days'))),
    ] %}
        select
            account_id,
            event_name,
            day as pause_day,
            '{{ asked }}' as asked,
            {{ asked_day }} as day
        from long_pauses
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

used as (
    select
        days_asked.account_id,
        days_asked.event_name,
        days_asked.pause_day,
        max(case when days_asked.asked = 'begin' then usage.events_to_date end) as at_begin,
        max(case when days_asked.asked = 'end' then usage.events_to_date end) as at_end,
        coalesce(max(case when days_asked.asked = 'before' then usage.events_to_date end), 0) as before_it
    from days_asked
    inner join {{ ref('int_account_usage_days') }} as usage
        on days_asked.account_id = usage.account_id and days_asked.day = usage.day
    group by days_asked.account_id, days_asked.event_name, days_asked.pause_day
),

-- The account itself went on working: else it is its usage that fell, not one feature's.
compared as (
    select
        long_pauses.*,
        used.at_end - used.at_begin as events_meanwhile,
        used.at_begin - used.before_it as events_before
    from long_pauses
    inner join used
        on
            long_pauses.account_id = used.account_id
            and long_pauses.event_name = used.event_name
            and long_pauses.day = used.pause_day
)

select
    {{ signal(
        'feature_abandoned',
        account_id='account_id',
        occurred_at=add_days(midnight('day'), 1),
        detected_at=add_days(midnight('day'), 'telling_days'),
        value='0',
        baseline='daily_rate * pause_days',
        subject="record_key || '/' || event_name",
        evidence=list_of(['record_key']),
        detail="'no ' || event_name || ' for ' || cast(pause_days as string) || ' days, use on ' || " ~ rounded('daily_rate * pause_days') ~ " || ' of them expected'",
    ) }}
from compared
where
    earlier_events >= events_before * {{ rules['min_share'] }}
    and events_meanwhile >= {{ rules['min_activity'] }} * events_before * telling_days / earlier_days
