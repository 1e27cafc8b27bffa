-- One row a stream, from a sample of this night's rows: does each name its object? A few that do not are staging's to reject.
select
    stream,
    count(*) filter (where payload_type != 'OBJECT') as no_objects,
    case
        when count(*) filter (where native_id is null) <= $free_rejects then 0
        else count(*) filter (where native_id is null) / count(*)
    end as unnamed_share
from (
    select
        stream,
        json_type(payload) as payload_type,
        nullif(trim(coalesce({native_ids})), '') as native_id,
        row_number() over (partition by stream order by _source_file, _source_row) as place
    from ({rows})
    where _recorded_at = $as_of
)
where place <= $sampled_rows
group by stream
order by stream
