{#- Names of nested fields: 'a.b' or ['First Name'] → list of keys. -#}
{% macro json_keys(path) %}
    {{ return(path.split('.') if path is string else path) }}
{% endmacro %}
