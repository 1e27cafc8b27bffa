-- Every staged product event is counted once, whoever it belongs to.
with counted as (
    select sum(events) as events from {{ ref('usage_daily') }}
),

staged as (
    select count(*) as events
    from {{ ref('stg_segment__events') }}
    where event_type in ('track', 'page', 'screen') and {{ utc_date('occurred_at') }} <= {{ as_of_date() }}
)

select
    counted.events as counted_events,
    staged.events as staged_events
from counted
cross join staged
where coalesce(counted.events, 0) != staged.events
