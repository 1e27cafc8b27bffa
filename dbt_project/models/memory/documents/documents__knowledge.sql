{{ config(materialized='ephemeral') }}
{#- Knowledge documents by heading, long sections in pieces, each under its document's title and its heading. -#}
{%- set size = var('memory_window_characters', 420) %}
with documents as (
    select
        record_key,
        title,
        occurred_at,
        source_file,
        source_row,
        {{ text_lines('text') }} as lines
    from {{ ref('stg_knowledge__documents') }}
    where not is_deleted and text is not null
),

lines as (
    {{ list_rows_numbered('documents', 'lines') | indent(4) }}
),

-- A `#` inside a code block is no heading.
fenced as (
    select
        *,
        sum(case when item like '```%' then 1 else 0 end) over (
            partition by record_key order by position rows between unbounded preceding and current row
        ) % 2 = 1 as is_code
    from lines
),

sectioned as (
    select
        *,
        case
            when not is_code and {{ regex_like('item', '^#{1,6} ') }} then trim({{ regex_replace('item', '^#+ ') }})
        end as heading,
        sum(case when not is_code and {{ regex_like('item', '^#{1,6} ') }} then 1 else 0 end) over (
            partition by record_key order by position rows between unbounded preceding and current row
        ) as section
    from fenced
),

sections as (
    select
        record_key,
        section,
        min(title) as title,
        max(heading) as heading,
        min(occurred_at) as occurred_at,
        min(source_file) as source_file,
        min(source_row) as source_row,
        {{ list_text(ordered_list("case when heading is null then item end", 'position'), '\n') }} as body
    from sectioned
    group by record_key, section
),

cut as (
    select
        *,
        {{ text_chunks(trimmed('body'), size) }} as chunks
    from sections
),

pieces as (
    {{ list_rows_numbered('cut', 'chunks') | indent(4) }}
)

-- The same words under the same heading are one memory.
select
    {{ hash_id('mem', ["'knowledge'", 'record_key', 'heading', 'trim(item)']) }} as memory_id,
    'knowledge' as kind,
    cast(null as string) as entity_type,
    cast(null as string) as entity_id,
    cast(null as string) as account_id,
    cast(null as string) as person_id,
    'company' as visibility,
    title || coalesce(' › ' || nullif(heading, title), '') || chr(10) || trim(item) as text,
    occurred_at,
    cast(null as string) as channel,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as app_id,
    cast(0.5 as double) as importance,
    true as is_current,
    'knowledge' as source,
    record_key,
    source_file,
    source_row,
    cast(null as string) as interaction_id
from pieces
where trim(item) != ''
qualify row_number() over (partition by record_key, heading, trim(item) order by section, position) = 1
