-- Every linked entity is a person or account, and every person and account has a linked record.
with entities as (
    select person_id as entity_id from {{ ref('people') }}
    union all
    select account_id as entity_id from {{ ref('accounts') }}
)

select coalesce(links.entity_id, entities.entity_id) as entity_id
from (select distinct entity_id from {{ ref('identity_links') }}) as links
full outer join entities on links.entity_id = entities.entity_id
where links.entity_id is null or entities.entity_id is null
