{{ config(materialized='ephemeral') }}
{#- What each drop said of an account's contract, and from when on it held. -#}
with versions as (
    select
        subscriptions.account_id as entity_id,
        subscriptions.started_at,
        versions.*,
        row_number() over (partition by versions.record_key order by versions.drop_date) as version_number,
        row_number() over (partition by versions.record_key order by versions.drop_date desc) as versions_left
    from {{ ref('stg_stripe__subscription_versions') }} as versions
    inner join {{ ref('subscriptions') }} as subscriptions on versions.record_key = subscriptions.record_key
    where subscriptions.account_id is not null
),

item_rows as (
    {{ subscription_item_columns('versions') | indent(4) }}
),

items as (
    select
        item_rows.record_key,
        item_rows.drop_date,
        nullif({{ list_text(sorted_distinct_list('products.name'), ', ') }}, '') as plan,
        min(item_rows.billing_interval) as billing_interval
    from item_rows
    left join {{ ref('stg_stripe__products') }} as products
        on {{ record_key('stripe', 'products', 'item_rows.product_native_id') }} = products.record_key
    group by item_rows.record_key, item_rows.drop_date
)

select
    versions.entity_id,
    versions.record_key,
    versions.version_number,
    versions.versions_left,
    items.plan,
    {{ renewal_day('versions.metadata', 'items.billing_interval', 'versions.current_period_end_at') }} as renewal_on,
    versions.mrr_minor,
    versions.currency,
    versions.started_at,
    versions.ended_at,
    -- What was first seen long after the contract began need not have held from then on; of one that was over by then
    -- nothing else is known.
    case
        when
            versions.version_number = 1
            and (
                {{ midnight('versions.drop_date') }} <= {{ add_days('versions.started_at', 31) }}
                or versions.ended_at <= {{ midnight('versions.drop_date') }}
            )
            then versions.started_at
        else {{ midnight('versions.drop_date') }}
    end as occurred_at,
    versions.drop_date,
    versions.recorded_at,
    versions.source_file,
    cast(null as string) as load_id,  -- of a drop there is one version
    versions.source_row
from versions
left join items on versions.record_key = items.record_key and versions.drop_date = items.drop_date
