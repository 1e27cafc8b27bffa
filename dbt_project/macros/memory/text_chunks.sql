{#- A text in pieces of at most `size` characters (1,000 at the most), cut at a blank where there is one; nothing is
    lost. -#}
{% macro text_chunks(text, size) -%}
    {{ adapter.dispatch('text_chunks')(text, size) }}
{%- endmacro %}

{% macro duckdb__text_chunks(text, size) -%}
    regexp_extract_all({{ text }}, '(?s).{1,{{ size }}}(?:\s|$)|.{1,{{ size }}}')
{%- endmacro %}

{% macro spark__text_chunks(text, size) -%}
    regexp_extract_all({{ text }}, r'(?s).{1,{{ size }}}(?:\s|$)|.{1,{{ size }}}', 0)
{%- endmacro %}

{#- The lines of a text as a list. -#}
{% macro text_lines(text) -%}
    {{ adapter.dispatch('text_lines')(text) }}
{%- endmacro %}

{% macro duckdb__text_lines(text) %}string_split({{ text }}, chr(10)){% endmacro %}

{% macro spark__text_lines(text) %}split({{ text }}, '\n'){% endmacro %}
