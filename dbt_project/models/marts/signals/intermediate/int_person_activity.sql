{#- What each person of an account did on a day: product events, and messages (var: what one weighs in events). -#}
{%- set rules = var('signals')['champion_departed'] %}
with done as (
    select
        account_id,
        person_id,
        day,
        cast(events as double) as activity
    from {{ ref('usage_daily') }}
    where account_id is not null and person_id is not null
    union all
    select
        account_id,
        person_id,
        {{ utc_date('occurred_at') }} as day,
        {{ rules['message_weight'] }}.0 as activity
    from {{ ref('interactions') }}
    where account_id is not null and person_id is not null and direction = 'inbound' and kind != 'automatic_email'
)

select
    account_id,
    person_id,
    day,
    sum(activity) as activity
from done
group by account_id, person_id, day
