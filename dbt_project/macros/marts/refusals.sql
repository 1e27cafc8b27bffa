{#- Whether an answer to an agent's proposal is a no. Never null. -#}
{% macro is_refusal(event_type, action_result) -%}
    coalesce(
        {{ event_type }} = 'action.approved'
        and lower({{ action_result }}) in ('{{ var("agent_refusals") | join("', '") }}'),
        false
    )
{%- endmacro %}
