{#- Mail domains that belong to exactly one account: no other account has it, and the people who are linked
    to accounts agree. -#}
{%- set min_agreement = var('domain_agreement') %}
with organizations as (
    select * from {{ ref('stg_zendesk__organizations') }}
),

organization_domains as (
    {{ list_rows('organizations', 'domain_names') | indent(4) }}
),

named as (
    select
        record_key,
        domain
    from {{ ref('account_records') }}
    where domain is not null
    union all
    select
        record_key,
        lower(item) as domain
    from organization_domains
),

candidates as (
    select
        named.domain,
        min(links.entity_id) as account_id
    from named
    inner join {{ ref('identity_links') }} as links
        on named.record_key = links.record_key and links.entity_type = 'account'
    left join {{ ref('own_domains') }} as own_domains on named.domain = own_domains.domain
    left join {{ ref('free_mail_domains') }} as free_mail_domains on named.domain = free_mail_domains.domain
    where
        own_domains.domain is null
        and free_mail_domains.domain is null
        and named.domain not in (
            select generic.value
            from {{ source('identity_output', 'record_identifiers') }} as generic
            where generic.type = 'domain' and generic.is_generic
        )
    group by named.domain
    having count(distinct links.entity_id) = 1
),

-- A mail provider that one customer also uses for its invoices has people of many accounts.
people_of_domains as (
    select
        persons.company_domain as domain,
        links.entity_id as account_id,
        count(*) as persons
    from {{ ref('person_records') }} as persons
    inner join {{ ref('identity_links') }} as links
        on persons.account_record_key = links.record_key and links.entity_type = 'account'
    where persons.company_domain is not null
    group by persons.company_domain, links.entity_id
),

agreements as (
    select
        candidates.domain,
        candidates.account_id,
        sum(case when people_of_domains.account_id = candidates.account_id then people_of_domains.persons else 0 end)
            as agreeing,
        coalesce(sum(people_of_domains.persons), 0) as persons
    from candidates
    left join people_of_domains on candidates.domain = people_of_domains.domain
    group by candidates.domain, candidates.account_id
)

select
    domain,
    account_id
from agreements
where agreeing >= {{ min_agreement }} * persons
