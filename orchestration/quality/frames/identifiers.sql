-- Identifiers by type, and whether each leads to an entity that is published.
select
    case when type = 'email' then value end as email,
    case when type = 'phone' then value end as phone,
    case when type = 'domain' then value end as domain,
    entity_id in (select account_id from lake.marts.accounts union all select person_id from lake.marts.people) as has_entity
from lake.marts.identifiers
