{#- The phone numbers of people's records, and whether a number means several people, as `identifiers` says it. -#}
select
    records.record_key,
    records.value,
    identifiers.is_ambiguous
from {{ source('identity_output', 'record_identifiers') }} as records
inner join {{ ref('identity_links') }} as links
    on records.record_key = links.record_key and links.entity_type = 'person'
inner join {{ ref('identifiers') }} as identifiers
    on
        identifiers.entity_type = 'person'
        and identifiers.type = 'phone'
        and records.value = identifiers.value
        and links.entity_id = identifiers.entity_id
where records.entity_type = 'person' and records.type = 'phone'
