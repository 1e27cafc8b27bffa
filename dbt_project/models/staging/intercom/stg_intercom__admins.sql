with admin_messages as (
    select
        *,
        {{ timestamp_text('occurred_at') }} || record_key as moment
    from {{ ref('stg_intercom__conversation_parts') }}
    where author_type = 'admin' and author_record_key is not null
)

select
    substr(author_record_key, length('intercom:admins:') + 1) as native_id,
    max_by(author_name, moment) filter (where author_name is not null) as name,
    max_by(author_email, moment) filter (where author_email is not null) as email,
    author_record_key as record_key,
    min(first_drop_date) as first_drop_date,
    min(first_recorded_at) as first_recorded_at,
    min_by(source_file, moment) as source_file,
    min_by(source_row, moment) as source_row,
    min_by(drop_date, moment) as drop_date,
    min_by(recorded_at, moment) as recorded_at
from admin_messages
group by author_record_key
