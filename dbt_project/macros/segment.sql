{#- One row a user (or group): when it was seen, and the first drop and run that brought it. Numbers only, so that
    millions of events are counted once; where it was first seen is asked afterwards, of its first drop alone. -#}
{% macro segment_sightings(column) %}
select
    {{ column }},
    min(occurred_at) as first_seen_at,
    max(occurred_at) as last_seen_at,
    min(drop_date) as first_drop_date,
    min(recorded_at) as first_recorded_at
from {{ ref('stg_segment__events') }}
where {{ column }} is not null
group by {{ column }}
{%- endmacro %}

{#- The same, placed at its first row in its first file. -#}
{% macro segment_first_sighting(sightings, column) %}
select
    sightings.*,
    events.source_file,
    events.source_row,
    events.drop_date,
    events.recorded_at
from {{ sightings }} as sightings
inner join {{ ref('stg_segment__events') }} as events
    on sightings.{{ column }} = events.{{ column }} and sightings.first_drop_date = events.drop_date
qualify row_number() over (
    partition by sightings.{{ column }} order by events.source_file, events.source_row, events.recorded_at
) = 1
{%- endmacro %}

{#- Aggregate: a trait's latest value that is not empty; `fields` are tried in order. -#}
{% macro latest_trait(fields) -%}
    {%- set values = [] -%}
    {%- for field in fields -%}{%- do values.append("nullif(trim(" ~ json_text('traits', field) ~ "), '')") -%}{%- endfor -%}
    {%- set value = values[0] if values | length == 1 else 'coalesce(' ~ values | join(', ') ~ ')' -%}
    max_by({{ value }}, {{ timestamp_text('occurred_at') }} || record_key) filter (where {{ value }} is not null)
{%- endmacro %}
