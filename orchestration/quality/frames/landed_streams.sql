-- One row a stream: how many rows of this night were rejected beyond what is allowed.
select
    stream,
    sum(rows_landed) as rows_landed,
    sum(rows_rejected) as rows_rejected,
    greatest(
        0, sum(rows_rejected) - greatest($free_rejects, $reject_share * sum(rows_landed + rows_rejected))
    ) as rejects_too_many
from {schema}._landed_files
where _recorded_at = $as_of
group by stream
order by stream
