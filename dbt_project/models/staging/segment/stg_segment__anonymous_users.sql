with identified as (
    select
        case when event_type = 'alias' then coalesce(previous_id, anonymous_id) else anonymous_id end as anonymous_id,
        user_id,
        min(occurred_at) as identified_at
    from {{ ref('stg_segment__events') }}
    where user_id is not null and (anonymous_id is not null or previous_id is not null)
    group by all
)

select
    anonymous_id,
    user_id,
    identified_at
from identified
where anonymous_id is not null
qualify row_number() over (partition by anonymous_id order by identified_at, user_id) = 1
