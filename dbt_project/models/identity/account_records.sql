with records as (
    {%- for source_name in ['custom', 'hubspot', 'intercom', 'salesforce', 'segment', 'stripe', 'zendesk'] %}
        select * from {{ ref('account_records__' ~ source_name) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- Who knew a company before it was renamed or moved to another domain knows it by what it was called then.
earlier as (
    {{ earlier_companies('salesforce__accounts', 'domain') | indent(4) }}
    union all
    {{ earlier_companies('hubspot__companies', 'domain') | indent(4) }}
    union all
    {{ earlier_companies('intercom__companies', 'domain') | indent(4) }}
    union all
    {{ earlier_companies('custom__accounts', 'domain') | indent(4) }}
    union all
    {{ earlier_companies('zendesk__organizations', 'lower(' ~ list_item('domain_names', 1) ~ ')') | indent(4) }}
    union all
    {{ earlier_companies('stripe__customers', mail_domain('email')) | indent(4) }}
)

select
    records.record_key,
    records.source,
    records.stream,
    records.native_id,
    records.name,
    coalesce(earlier.names, {{ empty_list() }}) as other_names,
    -- A free mail provider's domain says nothing about a company.
    case when free_mail_domains.domain is null then records.domain end as domain,
    records.website,
    coalesce(earlier.domains, {{ empty_list() }}) as other_domains,
    records.phone,
    records.street,
    records.city,
    records.region,
    records.postcode,
    records.country,
    records.industry,
    records.external_ids,
    records.parent_record_key,
    records.same_as_record_key,
    records.first_drop_date,
    records.first_recorded_at,
    records.source_file,
    records.source_row
from records
left join {{ ref('free_mail_domains') }} as free_mail_domains
    on records.domain = free_mail_domains.domain
left join earlier on records.record_key = earlier.record_key
