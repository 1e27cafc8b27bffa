with versions as (
    select *
    from {{ ref('base_stripe__subscriptions') }}
    where reject_reason is null and not is_deleted
    qualify row_number() over (
        partition by record_key, drop_date
        order by {{ by_delivery('desc') }}
    ) = 1
),

monthly as (
    {{ subscription_mrr('versions', ['record_key', 'drop_date']) | indent(4) }}
)

select
    versions.record_key,
    versions.drop_date,
    versions.status,
    coalesce(versions.currency, monthly.currency) as currency,
    coalesce(monthly.mrr_minor, 0) as mrr_minor,
    versions.items,
    versions.metadata,
    versions.current_period_end_at,
    versions.cancels_at_period_end,
    versions.canceled_at,
    versions.ended_at,
    versions.source_file,
    versions.source_row,
    versions.recorded_at
from versions
left join monthly
    on versions.record_key = monthly.record_key and versions.drop_date = monthly.drop_date
