{#- Whether somebody wrote, spoke or tried to: not what a machine sent, nor what never arrived. -#}
{% macro is_contact(kind='kind') -%}
    {{ kind }} not in ('automatic_email', 'undelivered_message')
{%- endmacro %}
