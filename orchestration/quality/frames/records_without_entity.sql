-- Records that identity was given, with no entity or with several.
with records as (
    select 'account' as entity_type, record_key from lake.identity.account_records
    union all
    select 'person', record_key from lake.identity.person_records
)

select records.entity_type, records.record_key, count(distinct links.entity_id) as entities
from records
left join lake.identity.links as links using (entity_type, record_key)
group by all
having count(distinct links.entity_id) <> 1
