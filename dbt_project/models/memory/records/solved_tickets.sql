{{ config(materialized='ephemeral') }}
{#- Tickets that the help desk holds as solved: the problems told in them are, from the last answer of the staff on.
    A chat that was closed says nothing of the kind. -#}
with closed as (
    select
        record_key,
        coalesce(modified_at, {{ midnight('drop_date') }}) as modified_at,
        recorded_at,
        source_file,
        source_row
    from {{ ref('stg_zendesk__tickets') }}
    where status in ('solved', 'closed') and not is_deleted
)

select
    interactions.thread_id,
    interactions.account_id,
    closed.record_key,
    coalesce(max(case when interactions.author_role = 'staff' then interactions.occurred_at end), closed.modified_at)
        as occurred_at,
    closed.recorded_at as created_at,
    split_part(closed.record_key, ':', 1) as source,
    closed.source_file,
    closed.source_row
from closed
inner join {{ ref('interactions') }} as interactions
    on {{ hash_id('thr', ['closed.record_key']) }} = interactions.thread_id
where interactions.account_id is not null
group by
    interactions.thread_id, interactions.account_id, closed.record_key, closed.modified_at, closed.recorded_at,
    closed.source_file, closed.source_row
