{#- Aggregate: an interpolated quantile. -#}
{% macro quantile(expression, fraction) -%}
    {{ adapter.dispatch('quantile')(expression, fraction) }}
{%- endmacro %}

{% macro duckdb__quantile(expression, fraction) -%}
    quantile_cont({{ expression }}, {{ fraction }})
{%- endmacro %}

{% macro spark__quantile(expression, fraction) -%}
    percentile({{ expression }}, {{ fraction }})
{%- endmacro %}
