{#- The mail domains that an account's own records name, whether or not others name them too. -#}
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
    where item is not null
)

select
    named.domain,
    links.entity_id as account_id,
    min(links.record_key) as record_key
from named
inner join {{ ref('identity_links') }} as links
    on named.record_key = links.record_key and links.entity_type = 'account'
group by named.domain, links.entity_id
