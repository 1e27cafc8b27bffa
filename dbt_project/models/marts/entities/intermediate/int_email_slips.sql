{#- Addresses of people's records that are slips of the pen, beside another of the same person that more of the records
    have, else that the person wrote from, else that has no tag before the @ (`ann+news@`). -#}
with spelt as (
    select
        links.entity_id as person_id,
        persons.email,
        {{ regex_replace('persons.email', '[+][^@]*@', '@') }} as folded,
        4 * count(*)
        + 2 * max(case when persons.source = 'mailbox' then 1 else 0 end)
        + max(case when persons.email like '%+%@%' then 0 else 1 end) as weight
    from {{ ref('identity_links') }} as links
    inner join {{ ref('person_records') }} as persons on links.record_key = persons.record_key
    where links.entity_type = 'person' and persons.email is not null
    group by links.entity_id, persons.email
)

{{ slips('spelt', 'person_id', 'email') }}
