{#- A night adds what came with it; of what was rejected before, nothing is read again. -#}
{{ config(materialized='incremental', unique_key='rejection_id', incremental_strategy='delete+insert') }}

{%- set since = newest_seen() | trim %}
{%- set since_read = ' and _recorded_at >= ' ~ since if since else '' %}
{%- set since_typed = ' and recorded_at >= ' ~ since if since else '' %}
with rejects as (
    {%- for rejected in reject_tables() %}
        select
            source,
            stream,
            _source_file as source_file,
            _source_row as source_row,
            _drop_date as drop_date,
            'reading' as stage,
            reason_code,
            message,
            raw_text,
            _file_sha256 as file_sha256,
            _recorded_at as recorded_at
        from {{ rejected }}
        where _recorded_at <= {{ as_of() }} and _drop_date <= {{ as_of_date() }}{{ since_read }}
        union all
    {%- endfor %}
    {%- for source_name, stream_names in raw_streams().items() %}
        {%- set is_last_source = loop.last %}
        {%- for stream in stream_names %}
            select
                '{{ source_name }}' as source,
                '{{ stream }}' as stream,
                source_file,
                source_row,
                drop_date,
                'typing' as stage,
                reject_reason as reason_code,
                reject_message as message,
                raw_text,
                file_sha256,
                recorded_at
            from {{ ref('base_' ~ source_name ~ '__' ~ stream) }}
            where reject_reason is not null{{ since_typed }}
            {% if not (is_last_source and loop.last) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
)

select
    {{ hash_id('rej', ['stage', 'source_file', 'source_row', 'file_sha256', 'reason_code']) }} as rejection_id,
    source,
    stream,
    source_file,
    source_row,
    drop_date,
    stage,
    reason_code,
    message,
    raw_text,
    file_sha256,
    recorded_at
from rejects
-- A file put back to what it said before is landed anew, and its rows are rejected anew.
qualify row_number() over (
    partition by stage, source_file, source_row, file_sha256, reason_code
    order by recorded_at desc, drop_date desc
) = 1
