-- At any time a single-valued attribute of an entity has one value.
select
    first_fact.fact_id,
    second_fact.fact_id as overlapping_fact_id
from {{ ref('fact_history') }} as first_fact
inner join {{ ref('fact_history') }} as second_fact
    on
        first_fact.entity_id = second_fact.entity_id
        and first_fact.attribute = second_fact.attribute
        and first_fact.fact_id < second_fact.fact_id
        and first_fact.valid_at < coalesce(second_fact.invalid_at, {{ add_days(as_of(), 1) }})
        and second_fact.valid_at < coalesce(first_fact.invalid_at, {{ add_days(as_of(), 1) }})
where first_fact.cardinality = 'single'
