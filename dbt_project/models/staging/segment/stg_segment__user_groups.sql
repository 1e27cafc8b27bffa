select
    'segment:users:' || user_id as user_record_key,
    'segment:groups:' || group_id as group_record_key,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from {{ ref('stg_segment__events') }}
where user_id is not null and group_id is not null
group by user_id, group_id
