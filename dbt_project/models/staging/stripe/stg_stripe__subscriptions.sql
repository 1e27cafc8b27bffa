with versions as (
    {{ latest_versions(ref('base_stripe__subscriptions'), modified_at=none, tombstones=true) | indent(4) }}
),

totals as (
    {{ subscription_totals('versions', ['record_key']) | indent(4) }}
)

select
    versions.native_id,
    versions.customer_record_key,
    versions.status,
    coalesce(versions.currency, totals.currency) as currency,
    coalesce(totals.mrr_minor, 0) as mrr_minor,
    versions.start_at,
    coalesce(versions.current_period_start_at, totals.period_start_at) as current_period_start_at,
    coalesce(versions.current_period_end_at, totals.period_end_at) as current_period_end_at,
    versions.cancels_at_period_end,
    versions.canceled_at,
    versions.ended_at,
    versions.items,
    versions.metadata,
    versions.created_at,
    versions.is_deleted,
    {{ provenance('versions') }}
from versions
left join totals on versions.record_key = totals.record_key
