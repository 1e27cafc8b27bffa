{{ config(materialized='ephemeral') }}
{#- Owner and stage as the CRM kept them, version by version, of the one CRM account that stands for the
    company. -#}
with crm_accounts as (
    select
        links.entity_id,
        accounts.record_key
    from {{ ref('stg_salesforce__accounts') }} as accounts
    inner join {{ ref('identity_links') }} as links
        on accounts.record_key = links.record_key and links.entity_type = 'account'
    where not accounts.is_deleted
    qualify
        row_number() over (partition by links.entity_id order by accounts.modified_at desc, accounts.record_key asc) = 1
),

versions as (
    select
        crm_accounts.entity_id,
        versions.type as stage,
        users.name as owner,
        coalesce(versions.modified_at, {{ midnight('versions.drop_date') }}) as occurred_at,
        versions.recorded_at,
        versions.record_key,
        versions.source_file,
        versions.source_row
    from {{ ref('base_salesforce__accounts') }} as versions
    inner join crm_accounts on versions.record_key = crm_accounts.record_key
    left join {{ ref('stg_salesforce__users') }} as users on versions.owner_record_key = users.record_key
    where versions.reject_reason is null and not versions.is_deleted
),

-- An open deal about the renewal names its day.
renewals as (
    select
        links.entity_id,
        cast(deals.close_on as string) as value,
        deals.created_at as occurred_at,
        deals.recorded_at,
        deals.record_key,
        deals.source_file,
        deals.source_row
    from {{ ref('stg_salesforce__opportunities') }} as deals
    inner join {{ ref('identity_links') }} as links
        on deals.account_record_key = links.record_key and links.entity_type = 'account'
    where
        not deals.is_deleted
        and not deals.is_closed
        and deals.close_on is not null
        and lower(deals.type) like '%renewal%'
)

{% for attribute in ['owner', 'stage'] %}
    select
        'account' as entity_type,
        entity_id,
        '{{ attribute }}' as attribute,
        {{ attribute }} as value,
        'affirmed' as polarity,
        occurred_at,
        recorded_at as created_at,
        'salesforce' as source,
        record_key,
        source_file,
        source_row
    from versions
    where {{ attribute }} is not null
    union all
{% endfor %}
select
    'account' as entity_type,
    entity_id,
    'renewal_on' as attribute,
    value,
    'affirmed' as polarity,
    occurred_at,
    recorded_at as created_at,
    'salesforce' as source,
    record_key,
    source_file,
    source_row
from renewals
