{#- What a change in mid-period adds or takes off is told line by line, where the export has the lines. -#}
with invoices as (
    {{ latest_versions(ref('base_stripe__invoices'), modified_at=none, tombstones=true) | indent(4) }}
),

line_rows as (
    {{ json_rows('invoices', 'lines') | indent(4) }}
),

prorations as (
    select
        record_key,
        sum(try_cast({{ json_text('item', 'amount') }} as bigint)) as line_minor
    from line_rows
    where
        'true' in (
            {{ json_text('item', 'proration') }},
            {{ json_text('item', 'parent.subscription_item_details.proration') }},
            {{ json_text('item', 'parent.invoice_item_details.proration') }}
        )
    group by record_key
),

prorated as (
    select
        invoices.*,
        prorations.line_minor
    from invoices
    left join prorations on invoices.record_key = prorations.record_key
)

-- Lines are told without tax and discounts, the total with both.
select
    {{ star_except(['lines', 'subtotal_minor', 'line_minor']) }},
    cast(
        round(coalesce(line_minor, 0) * coalesce(total_minor * 1.0 / nullif(subtotal_minor, 0), 1.0)) as bigint
    ) as prorated_minor
from prorated
