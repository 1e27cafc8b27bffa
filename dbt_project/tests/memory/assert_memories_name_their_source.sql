-- One step leads from a memory to the file and row it came from.
select memory_id
from {{ ref('documents') }}
where record_key is null or source_file is null or source_row is null
