with versions as (
    select *
    from {{ ref('base_stripe__subscriptions') }}
    where reject_reason is null and not is_deleted
    qualify row_number() over (
        partition by record_key, drop_date
        order by {{ by_delivery('desc') }}
    ) = 1
),

totals as (
    {{ subscription_totals('versions', ['record_key', 'drop_date']) | indent(4) }}
)

select
    versions.record_key,
    versions.drop_date,
    versions.status,
    coalesce(versions.currency, totals.currency) as currency,
    coalesce(totals.mrr_minor, 0) as mrr_minor,
    versions.items,
    versions.metadata,
    coalesce(versions.current_period_end_at, totals.period_end_at) as current_period_end_at,
    versions.cancels_at_period_end,
    versions.canceled_at,
    versions.ended_at,
    versions.source_file,
    versions.source_row,
    versions.recorded_at
from versions
left join totals
    on versions.record_key = totals.record_key and versions.drop_date = totals.drop_date
