{#- One row an element: the relation's columns, `position` from 1 and `item`. A complete select. -#}
{% macro list_rows_numbered(relation, list_column) -%}
    {{ adapter.dispatch('list_rows_numbered')(relation, list_column) }}
{%- endmacro %}

{% macro duckdb__list_rows_numbered(relation, list_column) -%}
    select
        elements.* exclude ({{ list_column }}),
        generate_subscripts(elements.{{ list_column }}, 1) as position,
        unnest(elements.{{ list_column }}) as item
    from {{ relation }} as elements
{%- endmacro %}

{% macro spark__list_rows_numbered(relation, list_column) -%}
    select
        elements.* except ({{ list_column }}),
        exploded.position0 + 1 as position,
        exploded.item
    from {{ relation }} as elements
    lateral view posexplode(elements.{{ list_column }}) exploded as position0, item
{%- endmacro %}
