{#- Every account's events on every day of its span, days without any included. -#}
with spans as (
    select * from {{ ref('int_account_spans') }}
),

days as (
    {{ day_rows('spans', 'first_day', 'last_day') | indent(4) }}
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
    min(counted.record_key) over (partition by days.account_id) as record_key
from days
left join counted on days.account_id = counted.account_id and days.day = counted.day
