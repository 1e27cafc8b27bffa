{#- One row an item of a subscription's `items` column: the relation's columns, and price, quantity, interval and paid period of the item. -#}
{% macro subscription_item_columns(relation) %}
with item_rows as (
    {{ json_rows(relation, 'items') | indent(4) }}
)

select
    {{ star_except(['position', 'item']) }},
    position as item_number,
    {{ json_text('item', 'id') }} as item_native_id,
    {{ timestamp_unix(json_text('item', 'current_period_start')) }} as item_period_start_at,
    {{ timestamp_unix(json_text('item', 'current_period_end')) }} as item_period_end_at,
    {{ json_text('item', 'price.id') }} as price_native_id,
    coalesce({{ json_text('item', 'price.product.id') }}, {{ json_text('item', 'price.product') }}) as product_native_id,
    try_cast({{ json_text('item', 'price.unit_amount') }} as bigint) as unit_amount_minor,
    coalesce(lower({{ json_text('item', 'price.currency') }}), currency) as item_currency,
    lower({{ json_text('item', 'price.recurring.interval') }}) as billing_interval,
    coalesce(nullif(try_cast({{ json_text('item', 'price.recurring.interval_count') }} as bigint), 0), 1) as interval_count,
    coalesce(try_cast({{ json_text('item', 'quantity') }} as bigint), 1) as quantity
from item_rows
{%- endmacro %}

{#- What a subscription's items come to: monthly recurring revenue in minor units, rounded half up, and the paid period, which the
    API tells item by item since 2025 (of several the longest); grain: `keys`. -#}
{% macro subscription_totals(relation, keys) %}
select
    {{ keys | join(', ') }},
    min(item_currency) as currency,
    min(item_period_start_at) as period_start_at,
    max(item_period_end_at) as period_end_at,
    cast(sum(round(cast(unit_amount_minor * quantity as double) * case billing_interval
        when 'day' then 365.0 / 12
        when 'week' then 52.0 / 12
        when 'year' then 1.0 / 12
        else 1.0
    end / interval_count)) as bigint) as mrr_minor
from ({{ subscription_item_columns(relation) | indent(4) }}) as items
group by {{ keys | join(', ') }}
{%- endmacro %}

{#- When a contract renews: what it says where that is noted (var `renewal_fields`), else the end of a paid year. -#}
{% macro renewal_day(metadata, billing_interval, period_end) -%}
    coalesce(
        {%- for field in var('renewal_fields') %}
            try_cast({{ json_text(metadata, field) }} as date),
        {%- endfor %}
        case when {{ billing_interval }} = 'year' then {{ utc_date(period_end) }} end
    )
{%- endmacro %}

{#- Of several renewal days the next one stands first, those that went by last, as text that sorts. -#}
{% macro renewal_rank(place, renewal_on) -%}
    case when {{ renewal_on }} < {{ as_of_date() }} then '1' else '0' end || '{{ place }}' || coalesce(cast({{ renewal_on }} as string), '')
{%- endmacro %}
