{#- The key of a text to be read: all that decides what is read in it. A record whose time, direction or channel was
    corrected is another input, and is read again. -#}
{% macro input_id(record_key, author_role, direction, channel, occurred_at, text) -%}
    {{ hash_id('inp', [record_key, author_role, direction, channel, utc_date(occurred_at), text]) }}
{%- endmacro %}
