{{ config(materialized='view') }}

select memories.*
from {{ ref('memories') }} as memories
left join {{ ref('evictions') }} as evictions on memories.memory_id = evictions.memory_id
where evictions.memory_id is null
