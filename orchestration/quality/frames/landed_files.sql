-- One row a file and content landed this night: what landing counted, and what is in the lake. A file may be corrected
-- and put back within a night: then it is landed, and counted, as often.
select
    files.stream,
    files._source_file as source_file,
    files.rows_landed,
    coalesce(landed.rows_in_lake, 0) as rows_in_lake,
    files.rows_rejected,
    coalesce(rejected.rejects_in_lake, 0) as rejects_in_lake
from (
    select
        stream, _source_file, _file_sha256, _drop_date,
        sum(rows_landed) as rows_landed, sum(rows_rejected) as rows_rejected
    from {schema}._landed_files where _recorded_at = $as_of group by all
) as files
left join (
    select _source_file, _file_sha256, _drop_date, count(*) as rows_in_lake
    from ({rows}) where _recorded_at = $as_of group by all
) as landed using (_source_file, _file_sha256, _drop_date)
left join (
    select _source_file, _file_sha256, _drop_date, count(*) as rejects_in_lake
    from {schema}._rejected where _recorded_at = $as_of group by all
) as rejected using (_source_file, _file_sha256, _drop_date)
order by files.stream, source_file
