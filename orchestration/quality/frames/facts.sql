-- Keys of memory.facts.
select fact_id as key
from lake.memory.facts
