{%- set baseline_days = var('usage_baseline_days') %}
with identified as (
    select
        usage.*,
        coalesce(usage.person_record_key, ('segment:users:' || anonymous_users.user_id)) as user_record_key
    from {{ ref('typed_usage_daily') }} as usage
    left join {{ ref('stg_segment__anonymous_users') }} as anonymous_users
        on usage.anonymous_id = anonymous_users.anonymous_id
    where usage.day <= {{ as_of_date() }}
),

counted as (
    select
        coalesce(groups.entity_id, record_accounts.account_id) as account_id,
        persons.entity_id as person_id,
        identified.day,
        identified.event_type,
        identified.event_name,
        cast(sum(identified.events) as bigint) as events,
        min(coalesce(identified.group_record_key, identified.user_record_key)) as record_key
    from identified
    left join {{ ref('identity_links') }} as groups
        on identified.group_record_key = groups.record_key and groups.entity_type = 'account'
    left join {{ ref('identity_links') }} as persons
        on
            identified.user_record_key = persons.record_key
            and persons.entity_type = 'person'
            and persons.kind in ('customer', 'shared')
    left join {{ ref('int_person_record_accounts') }} as record_accounts
        on identified.user_record_key = record_accounts.record_key
    group by
        coalesce(groups.entity_id, record_accounts.account_id),
        persons.entity_id,
        identified.day,
        identified.event_type,
        identified.event_name
),

account_days as (
    select
        account_id,
        event_type,
        event_name,
        day,
        sum(events) as account_events
    from counted
    where account_id is not null
    group by account_id, event_type, event_name, day
),

baselines as (
    select
        account_id,
        event_type,
        event_name,
        day,
        account_events,
        sum(account_events) over (
            partition by account_id, event_type, event_name
            order by {{ days_between("cast('2000-01-01' as date)", 'day') }}
            range between {{ baseline_days }} preceding and 1 preceding
        ) as trailing_events
    from account_days
)

select
    {{ hash_id('use', [
        'counted.account_id', 'counted.person_id', 'counted.day', 'counted.event_type', 'counted.event_name'
    ]) }} as usage_id,
    counted.account_id,
    counted.person_id,
    counted.day,
    counted.event_type,
    counted.event_name,
    counted.events,
    cast(baselines.account_events as bigint) as account_events,
    round(coalesce(baselines.trailing_events, 0) / {{ baseline_days }}.0, 4) as account_baseline,
    counted.record_key
from counted
left join baselines
    on
        counted.account_id = baselines.account_id
        and counted.event_type = baselines.event_type
        and counted.event_name = baselines.event_name
        and counted.day = baselines.day
