-- True before it ended, believed before it expired, ended exactly when there is a reason.
select fact_id
from {{ ref('fact_history') }}
where
    invalid_at < valid_at
    or expired_at < created_at
    or (invalid_at is null) != (ended_by is null)
    or (invalid_at is null) != (expired_at is null)
