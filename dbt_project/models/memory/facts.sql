select *
from {{ ref('fact_history') }}
where invalid_at is null
