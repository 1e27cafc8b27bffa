{%- set origins = ['interactions', 'calls', 'agents', 'records'] -%}
with inputs as (
    {%- for origin in origins %}
        select * from {{ ref('inputs__' ~ origin) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select *
from inputs
qualify row_number() over (partition by input_id order by occurred_at, recorded_at, source_file, source_row) = 1
