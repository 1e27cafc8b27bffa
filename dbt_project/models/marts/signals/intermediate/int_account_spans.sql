{#- From when to when an account is observed: from the first we know of it, not before the data begin, to the
    contract's end or the run's day. -#}
with activity as (
    select
        account_id,
        min(day) as first_day
    from {{ ref('usage_daily') }}
    where account_id is not null
    group by account_id
    union all
    select
        account_id,
        {{ utc_date('first_interaction_at') }} as first_day
    from {{ ref('accounts') }}
    where first_interaction_at is not null
),

known as (
    select
        account_id,
        min(first_day) as first_day
    from activity
    group by account_id
)

select
    accounts.account_id,
    case
        when {{ utc_date('accounts.customer_since_at') }} > min(known.first_day) over ()
            then {{ utc_date('accounts.customer_since_at') }}
        else min(known.first_day) over ()
    end as first_day,
    coalesce({{ utc_date('accounts.contract_ended_at') }}, {{ as_of_date() }}) as last_day,
    {{ utc_date('accounts.customer_since_at') }} as customer_since,
    min(known.first_day) over () as data_first_day
from {{ ref('accounts') }} as accounts
inner join known on accounts.account_id = known.account_id
