{#- Per user (or group) and file: what was seen of it. Counting by file first keeps provenance cheap over millions of events. -#}
{% macro segment_sightings(column) %}
select
    {{ column }},
    source_file,
    drop_date,
    min(source_row) as source_row,
    min(recorded_at) as recorded_at,
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at
from {{ ref('stg_segment__events') }}
where {{ column }} is not null
group by {{ column }}, source_file, drop_date
{%- endmacro %}

{#- One row a user (or group), placed at its first row in its first file. -#}
{% macro segment_first_sighting(sightings, column) %}
select
    {{ column }},
    source_file,
    source_row,
    drop_date,
    recorded_at,
    min(first_seen_at) over (partition by {{ column }}) as first_seen_at,
    max(last_seen_at) over (partition by {{ column }}) as last_seen_at,
    min(drop_date) over (partition by {{ column }}) as first_drop_date,
    min(recorded_at) over (partition by {{ column }}) as first_recorded_at
from {{ sightings }}
qualify row_number() over (partition by {{ column }} order by drop_date, source_file) = 1
{%- endmacro %}

{#- Aggregate: a trait's latest value that is not empty; `fields` are tried in order. -#}
{% macro latest_trait(fields) -%}
    {%- set values = [] -%}
    {%- for field in fields -%}{%- do values.append("nullif(trim(" ~ json_text('traits', field) ~ "), '')") -%}{%- endfor -%}
    {%- set value = values[0] if values | length == 1 else 'coalesce(' ~ values | join(', ') ~ ')' -%}
    max_by({{ value }}, {{ timestamp_text('occurred_at') }} || record_key) filter (where {{ value }} is not null)
{%- endmacro %}
