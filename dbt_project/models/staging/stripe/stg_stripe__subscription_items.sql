with subscriptions as (
    select * from {{ ref('stg_stripe__subscriptions') }}
),

items as (
    {{ subscription_item_columns('subscriptions') | indent(4) }}
)

select
    item_native_id as native_id,
    record_key as subscription_record_key,
    {{ record_key('stripe', 'prices', 'price_native_id') }} as price_record_key,
    {{ record_key('stripe', 'products', 'product_native_id') }} as product_record_key,
    unit_amount_minor,
    item_currency as currency,
    billing_interval,
    interval_count,
    quantity,
    'stripe:subscription_items:'
    || coalesce(item_native_id, native_id || '#' || cast(item_number as string)) as record_key,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from items
