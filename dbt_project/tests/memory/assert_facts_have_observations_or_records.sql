-- Every fact stands on observations that exist, or on a system of record.
with history as (
    select * from {{ ref('fact_history') }}
),

members as (
    {{ list_rows('history', 'observation_ids') | indent(4) }}
)

select fact_id
from history
where {{ list_length('observation_ids') }} = 0 and authority != 'record'
union all
select members.fact_id
from members
left join {{ ref('observations') }} as observations on members.item = observations.observation_id
where observations.observation_id is null or observations.entity_id != members.entity_id
