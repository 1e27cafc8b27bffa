{#- `prefix_` and 20 hexadecimal digits of a hash over columns of text; null and empty differ.
    Give times through timestamp_text: engines print them differently. -#}
{% macro hash_id(prefix, columns) -%}
    '{{ prefix }}_' || substr(md5(
        {%- for column in columns %}
        {{ "|| '~|~' || " if not loop.first }}coalesce(cast({{ column }} as string), '~null~')
        {%- endfor %}
    ), 1, 20)
{%- endmacro %}

{#- The key of another record, from the vendor's id of it; null when there is none. -#}
{% macro record_key(source_name, stream, native_id) -%}
    case when {{ native_id }} is not null then '{{ source_name }}:{{ stream }}:' || {{ native_id }} end
{%- endmacro %}

{#- All columns but some. -#}
{% macro star_except(columns) -%}
    {{ adapter.dispatch('star_except')(columns) }}
{%- endmacro %}

{% macro duckdb__star_except(columns) %}* exclude ({{ columns | join(', ') }}){% endmacro %}

{% macro spark__star_except(columns) %}* except ({{ columns | join(', ') }}){% endmacro %}
