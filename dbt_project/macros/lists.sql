{#- A list of texts without elements. -#}
{% macro empty_list() -%}
    {{ adapter.dispatch('empty_list')() }}
{%- endmacro %}

{% macro duckdb__empty_list() %}cast([] as varchar[]){% endmacro %}

{% macro spark__empty_list() %}cast(array() as array<string>){% endmacro %}

{#- Aggregate: the distinct values that are not null, sorted; an empty list when there are none. Texts only. -#}
{% macro sorted_distinct_list(expression) -%}
    {{ adapter.dispatch('sorted_distinct_list')(expression) }}
{%- endmacro %}

{% macro duckdb__sorted_distinct_list(expression) -%}
    coalesce(list(distinct {{ expression }} order by {{ expression }}) filter (where {{ expression }} is not null), {{ empty_list() }})
{%- endmacro %}

{% macro spark__sorted_distinct_list(expression) -%}
    array_sort(collect_set({{ expression }}))
{%- endmacro %}

{#- Aggregate: the values that are not null, ordered by another expression that must be unique within the group. -#}
{% macro ordered_list(expression, order_by) -%}
    {{ adapter.dispatch('ordered_list')(expression, order_by) }}
{%- endmacro %}

{% macro duckdb__ordered_list(expression, order_by) -%}
    coalesce(list({{ expression }} order by {{ order_by }}) filter (where {{ expression }} is not null), {{ empty_list() }})
{%- endmacro %}

{% macro spark__ordered_list(expression, order_by) -%}
    transform(
        array_sort(collect_list(struct({{ order_by }} as _key, {{ expression }} as _value)) filter (where {{ expression }} is not null)),
        element -> element._value
    )
{%- endmacro %}

{#- The given texts as a list: nulls dropped, distinct, sorted. -#}
{% macro list_of(expressions) -%}
    {{ adapter.dispatch('list_of')(expressions) }}
{%- endmacro %}

{% macro duckdb__list_of(expressions) -%}
    list_sort(list_distinct(list_filter([{{ expressions | join(', ') }}], lambda element: element is not null)))
{%- endmacro %}

{% macro spark__list_of(expressions) -%}
    array_sort(array_distinct(array_compact(array({{ expressions | join(', ') }}))))
{%- endmacro %}

{#- The sorted distinct elements of two lists together. -#}
{% macro list_union(first_list, second_list) -%}
    {{ adapter.dispatch('list_union')(first_list, second_list) }}
{%- endmacro %}

{% macro duckdb__list_union(first_list, second_list) -%}
    list_sort(list_distinct(list_concat({{ first_list }}, {{ second_list }})))
{%- endmacro %}

{% macro spark__list_union(first_list, second_list) -%}
    array_sort(array_union({{ first_list }}, {{ second_list }}))
{%- endmacro %}

{#- The element at a position from 1; null beyond the end. -#}
{% macro list_item(list, position) -%}
    {{ adapter.dispatch('list_item')(list, position) }}
{%- endmacro %}

{% macro duckdb__list_item(list, position) -%}
    list_extract({{ list }}, {{ position }})
{%- endmacro %}

{% macro spark__list_item(list, position) -%}
    try_element_at({{ list }}, {{ position }})
{%- endmacro %}

{#- How many elements. -#}
{% macro list_length(list) -%}
    {{ adapter.dispatch('list_length')(list) }}
{%- endmacro %}

{% macro duckdb__list_length(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro spark__list_length(list) -%}
    cast(size({{ list }}) as bigint)
{%- endmacro %}

{#- Whether a list holds a value. -#}
{% macro list_has(list, value) -%}
    {{ adapter.dispatch('list_has')(list, value) }}
{%- endmacro %}

{% macro duckdb__list_has(list, value) -%}
    list_contains({{ list }}, {{ value }})
{%- endmacro %}

{% macro spark__list_has(list, value) -%}
    array_contains({{ list }}, {{ value }})
{%- endmacro %}

{#- The elements in one text, in their order. -#}
{% macro list_text(list, separator) -%}
    {{ adapter.dispatch('list_text')(list, separator) }}
{%- endmacro %}

{% macro duckdb__list_text(list, separator) -%}
    array_to_string({{ list }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__list_text(list, separator) -%}
    array_join({{ list }}, '{{ separator }}')
{%- endmacro %}

{#- A text split at a separator (no pattern), parts trimmed, empty ones dropped; an empty list for null. -#}
{% macro split_list(text, separator) -%}
    {{ adapter.dispatch('split_list')(text, separator) }}
{%- endmacro %}

{% macro duckdb__split_list(text, separator) -%}
    coalesce(list_filter(list_transform(string_split({{ text }}, '{{ separator }}'), lambda part: trim(part)), lambda part: part != ''), {{ empty_list() }})
{%- endmacro %}

{% macro spark__split_list(text, separator) -%}
    coalesce(filter(transform(split({{ text }}, '[{{ separator }}]'), part -> trim(part)), part -> part != ''), {{ empty_list() }})
{%- endmacro %}

{#- Every element with a text put before it. -#}
{% macro list_prefixed(list, prefix) -%}
    {{ adapter.dispatch('list_prefixed')(list, prefix) }}
{%- endmacro %}

{% macro duckdb__list_prefixed(list, prefix) -%}
    list_transform({{ list }}, lambda element: '{{ prefix }}' || element)
{%- endmacro %}

{% macro spark__list_prefixed(list, prefix) -%}
    transform({{ list }}, element -> '{{ prefix }}' || element)
{%- endmacro %}

{#- One row an element: the relation's columns and `item`. A complete select. -#}
{% macro list_rows(relation, list_column) -%}
    {{ adapter.dispatch('list_rows')(relation, list_column) }}
{%- endmacro %}

{% macro duckdb__list_rows(relation, list_column) -%}
    select
        elements.*,
        unnest(elements.{{ list_column }}) as item
    from {{ relation }} as elements
{%- endmacro %}

{% macro spark__list_rows(relation, list_column) -%}
    select
        elements.*,
        exploded.item
    from {{ relation }} as elements
    lateral view explode(elements.{{ list_column }}) exploded as item
{%- endmacro %}

{#- Every element in lower case, trimmed, in its order. -#}
{% macro lower_list(list) -%}
    {{ adapter.dispatch('lower_list')(list) }}
{%- endmacro %}

{% macro duckdb__lower_list(list) -%}
    list_transform({{ list }}, lambda element: lower(trim(element)))
{%- endmacro %}

{% macro spark__lower_list(list) -%}
    transform({{ list }}, element -> lower(trim(element)))
{%- endmacro %}

{#- Two lists, one after the other. -#}
{% macro list_concat(first_list, second_list) -%}
    {{ adapter.dispatch('list_concat')(first_list, second_list) }}
{%- endmacro %}

{% macro duckdb__list_concat(first_list, second_list) -%}
    list_concat({{ first_list }}, {{ second_list }})
{%- endmacro %}

{% macro spark__list_concat(first_list, second_list) -%}
    flatten(array({{ first_list }}, {{ second_list }}))
{%- endmacro %}
