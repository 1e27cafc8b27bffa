with records as (
    {%- for source_name in ['custom', 'hubspot', 'intercom', 'salesforce', 'segment', 'stripe', 'zendesk'] %}
        select * from {{ ref('account_records__' ~ source_name) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    records.record_key,
    records.source,
    records.stream,
    records.native_id,
    records.name,
    -- A free mail provider's domain says nothing about a company.
    case when free_mail_domains.domain is null then records.domain end as domain,
    records.website,
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
