with staff_addresses as (
    select email from {{ ref('stg_salesforce__users') }}
    union
    select email
    from {{ ref('stg_zendesk__users') }}
    where role in ('agent', 'admin')
    union
    select email from {{ ref('stg_intercom__admins') }}
    union
    select email
    from {{ ref('stg_custom__people') }}
    where kind = 'staff'
),

staff_domains as (
    select
        {{ mail_domain('email') }} as domain,
        count(*) as addresses
    from staff_addresses
    where email is not null
    group by all
),

-- One consultant with a mailbox of his own does not make a domain ours: two addresses do, or the commonest domain.
found as (
    select
        staff_domains.domain,
        staff_domains.addresses,
        rank() over (order by staff_domains.addresses desc) as commonness
    from staff_domains
    left join {{ ref('free_mail_domains') }} as free_mail_domains
        on staff_domains.domain = free_mail_domains.domain
    where staff_domains.domain is not null and free_mail_domains.domain is null
),

owned as (
    select
        domain,
        'staff addresses' as evidence
    from found
    where addresses >= 2 or commonness = 1
    {%- for domain in var('own_domains') | sort %}
        union all
        select
            '{{ domain | lower }}' as domain,
            'setting' as evidence
    {%- endfor %}
)

select
    owned.domain,
    min(owned.evidence) as evidence,
    max(coalesce(found.addresses, 0)) as staff_addresses
from owned
left join found on owned.domain = found.domain
group by owned.domain
