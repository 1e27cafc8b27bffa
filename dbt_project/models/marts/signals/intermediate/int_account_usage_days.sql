{#- Every account's events on every day from its first to the last that was delivered, days without any included. -#}
with spans as (
    select * from {{ ref('int_account_spans') }}
),

days as (
    {{ day_rows('spans', 'first_usage_day', 'last_usage_day') | indent(4) }}
),

counted as (
    select
        account_id,
        day,
        sum(events) as events,
        min(record_key) as record_key
    from {{ ref('usage_daily') }}
    where account_id is not null
    group by account_id, day
)

select
    days.account_id,
    days.day,
    coalesce(counted.events, 0) as events,
    sum(coalesce(counted.events, 0))
        over (partition by days.account_id order by days.day rows unbounded preceding)
        as events_to_date,
    -- The first day's, so that what comes later changes the evidence of no earlier day.
    min_by(counted.record_key, case when counted.record_key is not null then days.day end)
        over (partition by days.account_id) as record_key
from days
left join counted on days.account_id = counted.account_id and days.day = counted.day
