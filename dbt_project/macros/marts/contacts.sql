{#- Whether somebody was heard of or written to: not what a machine sent, what never arrived, was not answered, called off,
    is only planned, or what an agent did, asked leave for or was told of it. A talk with an agent is one. -#}
{% macro is_contact(kind='kind') -%}
    {{ kind }} not in (
        'automatic_email', 'undelivered_message', 'missed_call', 'cancelled_meeting', 'planned_task', 'agent_action',
        'agent_proposed', 'agent_approved', 'agent_refused', 'agent_reversed', 'agent_memory', 'agent_feedback',
        'agent_event'
    )
{%- endmacro %}

{#- Whether something is staff's own note, which the customer does not see. -#}
{% macro is_note(channel, kind) -%}
    (coalesce({{ channel }}, '') = 'note' or coalesce({{ kind }}, '') like '%note')
{%- endmacro %}
