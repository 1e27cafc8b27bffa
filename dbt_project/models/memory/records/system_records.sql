{%- set origins = ['people', 'accounts', 'billing', 'renewals'] -%}
with records as (
    {%- for origin in origins %}
        select * from {{ ref('system_records__' ~ origin) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    {{ hash_id('rec', ['record_key', 'attribute', 'value', 'polarity', timestamp_text('occurred_at')]) }}
        as statement_id,
    entity_type,
    entity_id,
    attribute,
    value,
    polarity,
    occurred_at,
    min(created_at) as created_at,
    source,
    record_key,
    min(source_file) as source_file,
    cast(min_by(source_row, source_file) as bigint) as source_row
from records
where occurred_at <= {{ as_of() }}
group by entity_type, entity_id, attribute, value, polarity, occurred_at, source, record_key
