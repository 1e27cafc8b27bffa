{#- Contracts name types once, as DuckDB has them; Spark's names for those that differ. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    {%- set names = {'timestamptz': 'timestamp', 'string[]': 'array<string>'} -%}
    select
    {%- for column in columns.values() %}
        cast(null as {{ names.get(column['data_type'], column['data_type']) }}) as {{ column['name'] }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
