{#- Whether a CRM task is still to be done; one without a status was. -#}
{% macro is_open_task(status) -%}
    lower(coalesce({{ status }}, 'completed')) not in ('completed', 'closed')
{%- endmacro %}
