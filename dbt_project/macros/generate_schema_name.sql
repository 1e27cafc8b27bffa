{#- Schemas are named in the contracts (staging, identity, marts, memory): used as they are, never prefixed. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
