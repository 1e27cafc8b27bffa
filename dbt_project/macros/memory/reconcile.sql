{#- The order in which the statements of a slot count: by time, at the same instant the better source first, what is
    said before what is taken back, then by key. Sorts as text. -#}
{% macro statement_order() -%}
    {{ timestamp_text('occurred_at') }} || '|' || cast(9 - authority as string) || polarity || '|' || statement_id
{%- endmacro %}

{#- What the last of the earlier statements of the slot that meet a condition said: `polarity|value`; null when
    there is none. -#}
{% macro last_said(condition) -%}
    split_part(
        max(case when {{ condition }} then statement_order || '~~' || polarity || '|' || value end) over (
            partition by entity_id, attribute, slot order by statement_order rows between unbounded preceding and 1 preceding
        ),
        '~~', 2
    )
{%- endmacro %}

{#- Aggregate, 0 to 0.99: independent statements of the same strengthen each other. -#}
{% macro combined_confidence(confidence) -%}
    round(least(0.99, 1 - exp(sum(ln(1 - least({{ confidence }}, 0.99))))), 3)
{%- endmacro %}
