{#- Mail domains that belong to exactly one account: no other account has it, and the people who are linked
    to accounts agree. A domain that no account's record names is claimed by its people alone, where there are several. -#}
{%- set min_agreement = var('domain_agreement') %}
with records as (
    select
        persons.company_domain as domain,
        persons.account_record_key,
        links.entity_id as person_id
    from {{ ref('person_records') }} as persons
    inner join {{ ref('identity_links') }} as links
        on persons.record_key = links.record_key and links.entity_type = 'person'
),

-- Whom any of their records links to an account: a private address says so little of its owner that others must.
members as (
    select
        records.person_id,
        links.entity_id as account_id,
        min(links.record_key) as record_key
    from records
    inner join {{ ref('identity_links') }} as links
        on records.account_record_key = links.record_key and links.entity_type = 'account'
    group by records.person_id, links.entity_id
),

-- A mail provider that one customer also uses for its invoices has people of many accounts.
domain_members as (
    select distinct
        records.domain,
        members.person_id,
        members.account_id,
        members.record_key
    from records
    inner join members on records.person_id = members.person_id
    where records.domain is not null
),

people_of_domains as (
    select
        domain,
        account_id,
        min(record_key) as record_key,
        count(*) as persons
    from domain_members
    group by domain, account_id
),

-- Who has moved on belongs to two accounts, and is one person all the same.
persons_of_domains as (
    select
        domain,
        count(distinct person_id) as persons
    from domain_members
    group by domain
),

claims as (
    select
        domain,
        account_id as entity_id,
        record_key
    from {{ ref('int_domain_claims') }}
    union all
    select
        spoken_for.domain,
        spoken_for.account_id as entity_id,
        spoken_for.record_key
    from people_of_domains as spoken_for
    where
        spoken_for.persons >= {{ var('domain_people') }}
        and spoken_for.domain not in (
            select named.domain from {{ ref('int_domain_claims') }} as named
        )
    qualify row_number() over (
        partition by spoken_for.domain order by spoken_for.persons desc, spoken_for.account_id asc
    ) = 1
),

candidates as (
    select
        claims.domain,
        min(claims.entity_id) as account_id,
        min(claims.record_key) as record_key
    from claims
    left join {{ ref('own_domains') }} as own_domains on claims.domain = own_domains.domain
    left join {{ ref('free_mail_domains') }} as free_mail_domains on claims.domain = free_mail_domains.domain
    where
        own_domains.domain is null
        and free_mail_domains.domain is null
        and claims.domain not in (
            select generic.value
            from {{ source('identity_output', 'record_identifiers') }} as generic
            where generic.type = 'domain' and generic.is_generic
        )
    group by claims.domain
    having count(distinct claims.entity_id) = 1
),

agreements as (
    select
        candidates.domain,
        candidates.account_id,
        candidates.record_key,
        coalesce(agreeing.persons, 0) as agreeing,
        coalesce(linked.persons, 0) as persons
    from candidates
    left join people_of_domains as agreeing
        on candidates.domain = agreeing.domain and candidates.account_id = agreeing.account_id
    left join persons_of_domains as linked on candidates.domain = linked.domain
)

select
    domain,
    account_id,
    record_key,
    persons,
    cast(agreeing as double) / nullif(persons, 0) as agreement
from agreements
where agreeing >= {{ min_agreement }} * persons
