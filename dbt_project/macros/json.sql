{#- The text at a path of a JSON column; objects and arrays as JSON text, null when absent. The column must be null or valid JSON. -#}
{% macro json_text(column, path) -%}
    {{ adapter.dispatch('json_text')(column, path) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '${% for key in json_keys(path) %}."{{ key }}"{% endfor %}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, "${% for key in json_keys(path) %}['{{ key }}']{% endfor %}")
{%- endmacro %}

{#- Several fields of a JSON column in one parse: a struct whose leaves are text, laid out like `tree`
    (field → none, or → a tree of its own). -#}
{% macro json_struct(column, tree) -%}
    {{ adapter.dispatch('json_struct')(column, tree) }}
{%- endmacro %}

{% macro duckdb__json_struct(column, tree) -%}
    from_json({{ column }}, '{{ tojson(tree) | replace("null", '"VARCHAR"') }}')
{%- endmacro %}

{% macro spark__json_struct(column, tree) -%}
    from_json({{ column }}, '{{ spark_struct_fields(tree, " ") }}')
{%- endmacro %}

{% macro spark_struct_fields(tree, separator) -%}
    {%- for key, subtree in tree.items() -%}
        `{{ key }}`{{ separator }}{% if subtree is none %}string{% else %}struct<{{ spark_struct_fields(subtree, ": ") }}>{% endif %}
        {{- ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The field of such a struct. -#}
{% macro struct_field(column, keys) -%}
    {{ column }}{% for key in keys %}.{{ quoted(key) }}{% endfor %}
{%- endmacro %}

{#- A column name that is no plain identifier. -#}
{% macro quoted(name) -%}
    {{ adapter.dispatch('quoted')(name) }}
{%- endmacro %}

{% macro duckdb__quoted(name) %}"{{ name }}"{% endmacro %}

{% macro spark__quoted(name) %}`{{ name }}`{% endmacro %}

{#- The text itself when it is a JSON object, array or scalar, else null: guards every parse of a value of unknown shape. -#}
{% macro json_or_null(text) -%}
    {{ adapter.dispatch('json_or_null')(text) }}
{%- endmacro %}

{% macro duckdb__json_or_null(text) -%}
    case when json_valid({{ text }}) then {{ text }} end
{%- endmacro %}

{% macro spark__json_or_null(text) -%}
    case when get_json_object({{ text }}, '$') is not null then {{ text }} end
{%- endmacro %}

{#- A JSON array of texts (or of objects: the text of their `field`) as a list in the delivered order; an empty list when absent. -#}
{% macro json_text_array(column, path=none, field=none) -%}
    {{ adapter.dispatch('json_text_array')(column, path, field) }}
{%- endmacro %}

{% macro duckdb__json_text_array(column, path, field) -%}
    coalesce(json_extract_string({{ column }}, '${% for key in json_keys(path or []) %}."{{ key }}"{% endfor %}[*]{% if field %}."{{ field }}"{% endif %}'), {{ empty_list() }})
{%- endmacro %}

{% macro spark__json_text_array(column, path, field) -%}
    {%- set array -%}
        from_json({% if path %}{{ json_text(column, path) }}{% else %}{{ column }}{% endif %}, 'array<string>')
    {%- endset -%}
    coalesce({% if field %}transform({{ array }}, item -> get_json_object(item, '$.{{ field }}')){% else %}{{ array }}{% endif %}, {{ empty_list() }})
{%- endmacro %}

{#- One row an element of a JSON array column: the relation's columns, `position` from 1 and `item` (JSON text, or the plain text of a string).
    A complete select; rows whose array is empty or null give none. -#}
{% macro json_rows(relation, json_column) -%}
    {{ adapter.dispatch('json_rows')(relation, json_column) }}
{%- endmacro %}

{% macro duckdb__json_rows(relation, json_column) -%}
    select
        elements.* exclude (_items),
        generate_subscripts(elements._items, 1) as position,
        unnest(elements._items) as item
    from (
        select
            *,
            json_extract_string({{ json_column }}, '$[*]') as _items
        from {{ relation }}
    ) as elements
{%- endmacro %}

{% macro spark__json_rows(relation, json_column) -%}
    select
        elements.*,
        exploded.position0 + 1 as position,
        exploded.item
    from {{ relation }} as elements
    lateral view posexplode(from_json({{ json_column }}, 'array<string>')) exploded as position0, item
{%- endmacro %}
