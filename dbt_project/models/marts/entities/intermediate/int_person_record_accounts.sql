{#- The account that a person's record itself names: by the vendor's own link, else by a mail domain that
    only one account has. -#}
select
    persons.record_key,
    links.entity_id as person_id,
    coalesce(account_links.entity_id, domains.account_id) as account_id,
    case when account_links.entity_id is not null then 'linked' else 'domain' end as evidence,
    persons.title
from {{ ref('person_records') }} as persons
inner join {{ ref('identity_links') }} as links
    on persons.record_key = links.record_key and links.entity_type = 'person'
left join {{ ref('identity_links') }} as account_links
    on persons.account_record_key = account_links.record_key and account_links.entity_type = 'account'
left join {{ ref('int_account_domains') }} as domains on persons.company_domain = domains.domain
where
    links.kind in ('customer', 'shared')
    and coalesce(account_links.entity_id, domains.account_id) is not null
