-- Every interaction of an account stands in its timeline, and every interaction there is one.
with placed as (
    select
        interaction_id,
        account_id
    from {{ ref('interactions') }}
    where account_id is not null
),

shown as (
    select
        interaction_id,
        account_id
    from {{ ref('account_timeline') }}
    where entry_type = 'interaction'
)

select coalesce(placed.interaction_id, shown.interaction_id) as interaction_id
from placed
full outer join shown on placed.interaction_id = shown.interaction_id and placed.account_id = shown.account_id
where placed.interaction_id is null or shown.interaction_id is null
