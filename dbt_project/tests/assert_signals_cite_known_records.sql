-- From every signal one join leads to a file and row.
select signals.signal_id
from {{ ref('signals') }} as signals
left join {{ ref('record_sources') }} as sources on signals.record_key = sources.record_key
where sources.source_file is null
