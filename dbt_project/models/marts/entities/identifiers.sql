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
),

-- What only an account's people show: a mail domain of theirs that no record of the account names.
with_domains as (
    select * from of_entities
    union all
    select
        'account' as entity_type,
        domains.account_id as entity_id,
        'domain' as type,
        domains.domain as value,
        false as is_generic,
        domains.agreement as probability,
        domains.record_key
    from {{ ref('int_account_domains') }} as domains
    left join
        of_entities
        on of_entities.type = 'domain' and of_entities.entity_type = 'account' and domains.domain = of_entities.value
    where of_entities.value is null and domains.agreement is not null
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
from with_domains
