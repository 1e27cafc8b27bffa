{#- Staff and bots are no customers, so no lookup reaches them. -#}
with linked as (
    select
        identifiers.entity_type,
        links.entity_id,
        identifiers.type,
        identifiers.value,
        identifiers.is_generic,
        links.probability,
        links.record_key
    from {{ source('identity_output', 'record_identifiers') }} as identifiers
    inner join {{ ref('identity_links') }} as links
        on identifiers.record_key = links.record_key and identifiers.entity_type = links.entity_type
    where links.kind in ('customer', 'shared')
),

of_entities as (
    select
        entity_type,
        entity_id,
        type,
        value,
        max(is_generic) as is_generic,
        max(probability) as probability,
        max_by(record_key, (cast(probability as string) || record_key)) as record_key
    from linked
    group by entity_type, entity_id, type, value
)

select
    entity_type,
    entity_id,
    type,
    value,
    round(probability / count(*) over (partition by entity_type, type, value), 4) as confidence,
    is_generic or count(*) over (partition by entity_type, type, value) > 1 as is_ambiguous,
    count(*) over (partition by entity_type, type, value) as candidates,
    record_key
from of_entities
