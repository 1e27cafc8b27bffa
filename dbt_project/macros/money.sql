{#- How many minor units make one of the currency: 100 but for those of ISO 4217 with no decimals or three. -#}
{% macro minor_units_in_one(currency) -%}
    case
        when lower({{ currency }}) in ('{{ var("zero_decimal_currencies") | join("', '") }}') then 1
        when lower({{ currency }}) in ('{{ var("three_decimal_currencies") | join("', '") }}') then 1000
        else 100
    end
{%- endmacro %}

{#- An amount as people read it, `60.00 eur`; currencies without a minor unit as they are. -#}
{% macro money_text(minor, currency) -%}
    case
        when {{ minor_units_in_one(currency) }} = 1 then cast({{ minor }} as string)
        when {{ minor_units_in_one(currency) }} = 1000 then cast(cast({{ minor }} / 1000.0 as decimal(18, 3)) as string)
        else cast(cast({{ minor }} / 100.0 as decimal(18, 2)) as string)
    end || coalesce(' ' || {{ currency }}, '')
{%- endmacro %}
