with items as (
    select
        items.subscription_record_key,
        {{ sorted_distinct_list('products.name') }} as plans,
        sum(items.quantity) as seats,
        min(items.billing_interval) as billing_interval
    from {{ ref('stg_stripe__subscription_items') }} as items
    left join {{ ref('stg_stripe__products') }} as products on items.product_record_key = products.record_key
    group by items.subscription_record_key
)

select
    subscriptions.native_id as subscription_id,
    links.entity_id as account_id,
    subscriptions.status,
    subscriptions.status in ('active', 'past_due', 'trialing', 'unpaid') as is_running,
    nullif({{ list_text('items.plans', ', ') }}, '') as plan,
    cast(items.seats as bigint) as seats,
    items.billing_interval,
    cast(subscriptions.mrr_minor as bigint) as mrr_minor,
    subscriptions.currency,
    coalesce(subscriptions.start_at, subscriptions.created_at) as started_at,
    subscriptions.current_period_end_at,
    {{ renewal_day('subscriptions.metadata', 'items.billing_interval', 'subscriptions.current_period_end_at') }}
        as renewal_on,
    subscriptions.cancels_at_period_end,
    subscriptions.canceled_at,
    subscriptions.ended_at,
    subscriptions.record_key,
    subscriptions.source_file,
    cast(subscriptions.source_row as bigint) as source_row
from {{ ref('stg_stripe__subscriptions') }} as subscriptions
left join items on subscriptions.record_key = items.subscription_record_key
left join {{ ref('identity_links') }} as links
    on subscriptions.customer_record_key = links.record_key and links.entity_type = 'account'
where
    not subscriptions.is_deleted
    -- A first payment that was never made is no contract.
    and coalesce(subscriptions.status, '') not in ('incomplete', 'incomplete_expired')
