{#- A JSON object of named values as text; nulls stay as null fields. Give texts, numbers and booleans (times as text). -#}
{% macro json_object(fields) -%}
    {{ adapter.dispatch('json_object')(fields) }}
{%- endmacro %}

{% macro duckdb__json_object(fields) -%}
    cast(to_json({{ struct_of(fields) }}) as string)
{%- endmacro %}

{% macro spark__json_object(fields) -%}
    to_json({{ struct_of(fields) }}, map('ignoreNullFields', 'false'))
{%- endmacro %}

{#- A struct of named values. -#}
{% macro struct_of(fields) -%}
    {{ adapter.dispatch('struct_of')(fields) }}
{%- endmacro %}

{% macro duckdb__struct_of(fields) -%}
    { {%- for name, value in fields.items() %}'{{ name }}': {{ value }}{{ ", " if not loop.last }}{% endfor -%} }
{%- endmacro %}

{% macro spark__struct_of(fields) -%}
    named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{#- Aggregate: a JSON array of objects as text, ordered by a text expression that must be unique within the group; `[]` when there are none. -#}
{% macro json_objects(fields, order_by) -%}
    {{ adapter.dispatch('json_objects')(fields, order_by) }}
{%- endmacro %}

{% macro duckdb__json_objects(fields, order_by) -%}
    coalesce(cast(to_json(list({{ struct_of(fields) }} order by {{ order_by }})) as string), '[]')
{%- endmacro %}

{% macro spark__json_objects(fields, order_by) -%}
    to_json(
        transform(array_sort(collect_list(struct({{ order_by }} as _key, {{ struct_of(fields) }} as _value))), element -> element._value),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}
