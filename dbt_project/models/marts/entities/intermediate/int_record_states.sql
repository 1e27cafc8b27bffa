{#- Last change and deletion of the records that describe people and accounts, and what only some tools tell. -#}
select
    accounts.record_key,
    accounts.modified_at,
    accounts.created_at,
    accounts.is_deleted,
    accounts.type as stage,
    users.name as owner_name,
    accounts.number_of_employees as employees,
    cast(null as string) as plan
from {{ ref('stg_salesforce__accounts') }} as accounts
left join {{ ref('stg_salesforce__users') }} as users on accounts.owner_record_key = users.record_key
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    lifecycle_stage as stage,
    owner_name,
    number_of_employees as employees,
    null as plan
from {{ ref('stg_hubspot__companies') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_zendesk__organizations') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    size as employees,
    plan_name as plan
from {{ ref('stg_intercom__companies') }}
union all
select
    record_key,
    null as modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_stripe__customers') }}
union all
select
    record_key,
    last_seen_at as modified_at,
    first_seen_at as created_at,
    false as is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    plan_name as plan
from {{ ref('stg_segment__groups') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted or coalesce(status = 'left', false) as is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_salesforce__contacts') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_hubspot__contacts') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_zendesk__users') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_intercom__contacts') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_custom__accounts') }}
union all
select
    record_key,
    modified_at,
    created_at,
    is_deleted,
    null as stage,
    null as owner_name,
    null as employees,
    null as plan
from {{ ref('stg_custom__people') }}
