{#- Data test: the columns are filled and unique together, in one query. -#}
{% test is_key(model, column_name=none, columns=none) %}
{%- set keys = columns or [column_name] %}
select
    {{ keys | join(', ') }},
    count(*) as rows_with_key
from {{ model }}
group by {{ keys | join(', ') }}
having
    count(*) > 1
    {%- for key in keys %}
    or {{ key }} is null
    {%- endfor %}
{% endtest %}
