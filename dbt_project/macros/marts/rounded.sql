{#- A number rounded to whole ones, as text that reads alike on every engine. -#}
{% macro rounded(number) -%}
    cast(cast(round({{ number }}) as bigint) as string)
{%- endmacro %}
