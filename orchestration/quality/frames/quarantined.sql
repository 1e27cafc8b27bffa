-- One row a source: rows in quarantine beyond what is allowed of all that was ever landed.
select
    source,
    count(*) as rejected,
    greatest(0, count(*) - greatest($free_quarantine, $quarantine_share * any_value(landed.rows_landed))) as too_many
from lake.quarantine.rejected_rows
left join (
    select unnest(map_keys(counts)) as source, unnest(map_values(counts)) as rows_landed
    from (select from_json($rows_landed, '"MAP(VARCHAR, BIGINT)"') as counts)
) as landed using (source)
group by source
order by source
