{{ config(materialized='view') }}

select
    native_id,
    event_type,
    event_name,
    anonymous_id,
    user_id,
    group_id,
    previous_id,
    occurred_at,
    received_at,
    properties,
    traits,
    page_path,
    load_id,
    record_key,
    drop_date as first_drop_date,
    recorded_at as first_recorded_at,
    source_file,
    source_row,
    drop_date,
    recorded_at
from {{ ref('base_segment__events') }}
where reject_reason is null
