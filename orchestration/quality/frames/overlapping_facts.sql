-- Pairs of facts of one attribute with one value that are valid at the same time, however long ago.
select one.fact_id, other.fact_id as other_fact_id
from lake.memory.fact_history as one
inner join lake.memory.fact_history as other
    on one.entity_id = other.entity_id
    and one.attribute = other.attribute
    and one.fact_id < other.fact_id
    and one.valid_at < coalesce(other.invalid_at, 'infinity'::timestamptz)
    and other.valid_at < coalesce(one.invalid_at, 'infinity'::timestamptz)
where one.cardinality = 'single' and other.cardinality = 'single'
