-- A sample of this night's rows: does each name its object? A few that do not are staging's to reject.
select
    stream,
    payload_type,
    case
        when count(*) filter (where native_id is null) over (partition by stream) <= $free_rejects
            then coalesce(native_id, '')
        else native_id
    end as native_id
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
