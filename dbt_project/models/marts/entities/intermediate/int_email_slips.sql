{#- Addresses of people's records that are slips of the pen: nearly another address of the same person that more of the
    records have, or that the person wrote from. A tag before the @ (`ann+news@`) is one as well. -#}
with spelt as (
    select
        links.entity_id as person_id,
        persons.email,
        {{ regex_replace('persons.email', '[+][^@]*@', '@') }} as untagged,
        count(*) as records,
        max(case when persons.source = 'mailbox' then 1 else 0 end) as is_written_from
    from {{ ref('identity_links') }} as links
    inner join {{ ref('person_records') }} as persons on links.record_key = persons.record_key
    where links.entity_type = 'person' and persons.email is not null
    group by links.entity_id, persons.email
)

select distinct
    spelt.person_id,
    spelt.email
from spelt
inner join spelt as others
    on
        spelt.person_id = others.person_id
        and spelt.email != others.email
        and (levenshtein(spelt.email, others.email) <= 2 or spelt.untagged = others.untagged)
        and (
            spelt.records < others.records
            or (spelt.records = others.records and spelt.is_written_from < others.is_written_from)
        )
