with versions as (
    {{ latest_versions(ref('base_knowledge__documents'), modified_at=none) | indent(4) }}
),

newest_complete_drop as (
    select max(drop_date) as drop_date
    from {{ ref('base_knowledge__documents') }}
    where is_dated
)

select
    versions.native_id,
    versions.title,
    versions.text,
    versions.front_matter,
    {{ midnight('versions.drop_date') }} as occurred_at,
    -- A dated drop is complete: what it lacks is gone. An undated document is never gone by absence.
    coalesce(versions.is_dated and versions.drop_date < newest_complete_drop.drop_date, false) as is_deleted,
    {{ provenance('versions') }}
from versions
cross join newest_complete_drop
