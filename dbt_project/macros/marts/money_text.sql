{#- An amount as people read it, `60.00 eur`; currencies without a minor unit as they are. -#}
{% macro money_text(minor, currency) -%}
    case
        when lower({{ currency }}) in ('{{ var("zero_decimal_currencies") | join("', '") }}')
            then cast({{ minor }} as string)
        else cast(cast({{ minor }} / 100.0 as decimal(18, 2)) as string)
    end || coalesce(' ' || {{ currency }}, '')
{%- endmacro %}
