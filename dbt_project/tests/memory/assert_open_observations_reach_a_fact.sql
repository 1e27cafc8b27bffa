-- The mirror image: the latest affirmed statement of an attribute stands behind some fact, unless a better
-- source overrules it.
with history as (
    select * from {{ ref('fact_history') }}
),

members as (
    {{ list_rows('history', 'observation_ids') | indent(4) }}
),

latest as (
    select *
    from {{ ref('observations') }}
    where
        entity_id is not null and cardinality != 'event' and precedence = 'statement'
        and occurred_at <= {{ as_of() }} and value != '*'
    qualify row_number() over (
        partition by entity_id, attribute, case when cardinality = 'single' then '' else value end
        order by occurred_at desc, observation_id desc
    ) = 1
)

select latest.observation_id
from latest
left join members on latest.observation_id = members.item
left join history
    on latest.entity_id = history.entity_id and latest.attribute = history.attribute and history.authority = 'record'
where latest.polarity = 'affirmed' and members.item is null and history.fact_id is null
