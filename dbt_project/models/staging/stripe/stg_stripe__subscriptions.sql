with versions as (
    {{ latest_versions(ref('base_stripe__subscriptions'), modified_at=none, tombstones=true) | indent(4) }}
),

monthly as (
    {{ subscription_mrr('versions', ['record_key']) | indent(4) }}
)

select
    versions.native_id,
    versions.customer_record_key,
    versions.status,
    coalesce(versions.currency, monthly.currency) as currency,
    coalesce(monthly.mrr_minor, 0) as mrr_minor,
    versions.start_at,
    versions.current_period_start_at,
    versions.current_period_end_at,
    versions.cancels_at_period_end,
    versions.canceled_at,
    versions.ended_at,
    versions.items,
    versions.metadata,
    versions.created_at,
    versions.is_deleted,
    {{ provenance('versions') }}
from versions
left join monthly on versions.record_key = monthly.record_key
