with transcripts as (
    {{ latest_versions(ref('base_twilio__transcripts'), modified_at=none) | indent(4) }}
),

sentence_rows as (
    {{ json_rows('transcripts', 'sentences') | indent(4) }}
)

select
    record_key as transcript_record_key,
    call_record_key,
    cast(position as bigint) as sentence_number,
    lower({{ json_text('item', 'speaker') }}) as speaker,
    {{ trimmed(json_text('item', 'transcript')) }} as text,
    try_cast({{ json_text('item', 'start_time') }} as double) as started_seconds,
    try_cast({{ json_text('item', 'end_time') }} as double) as ended_seconds,
    try_cast({{ json_text('item', 'confidence') }} as double) as confidence,
    record_key || '#' || cast(position as string) as record_key,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from sentence_rows
