-- No interaction without the record it was read from.
select interactions.record_key
from {{ ref('interactions') }} as interactions
where not exists (
    select 1
    from ({{ interaction_records() }}) as records
    where records.record_key = interactions.record_key
)
