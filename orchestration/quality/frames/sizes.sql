-- Entities and rows now against the snapshot before; only tables that were large enough to compare.
with now as (
    select 'accounts' as name, count(*) as rows_now from lake.marts.accounts
    union all select 'people', count(*) from lake.marts.people
    union all select 'identifiers', count(*) from lake.marts.identifiers
    union all select 'facts', count(*) from lake.memory.facts
    union all select 'timeline', count(*) from lake.marts.account_timeline
)

select now.name, now.rows_now, before.rows_before, now.rows_now / before.rows_before as ratio
from now
inner join (
    select unnest(map_keys(counts)) as name, unnest(map_values(counts)) as rows_before
    from (select from_json($rows_before, '"MAP(VARCHAR, BIGINT)"') as counts)
) as before using (name)
where before.rows_before >= $smallest_compared
order by now.name
