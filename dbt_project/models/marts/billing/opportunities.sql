select
    opportunities.native_id as opportunity_id,
    links.entity_id as account_id,
    opportunities.name,
    opportunities.type,
    opportunities.stage,
    case
        when opportunities.is_won then 'won'
        when opportunities.is_closed then 'lost'
        else 'open'
    end as state,
    opportunities.amount_minor,
    opportunities.currency,
    cast(opportunities.probability as double) as probability,
    opportunities.close_on,
    users.name as owner,
    opportunities.created_at,
    opportunities.modified_at,
    opportunities.record_key,
    opportunities.source_file,
    cast(opportunities.source_row as bigint) as source_row
from {{ ref('stg_salesforce__opportunities') }} as opportunities
left join {{ ref('identity_links') }} as links
    on opportunities.account_record_key = links.record_key and links.entity_type = 'account'
left join {{ ref('stg_salesforce__users') }} as users on opportunities.owner_record_key = users.record_key
where not opportunities.is_deleted
