-- Memories: key, whether each names its source, and whether somebody owns it.
select
    memory_id as key,
    source is not null and source_file is not null and source_row is not null as has_source,
    visibility = 'company' or account_id is not null or person_id is not null as is_owned
from lake.memory.documents
