{%- set baseline_days = var('usage_baseline_days') %}
{#- What a user does outside any workspace is booked where they worked then, of those who worked in several. -#}
with several as (
    select *
    from {{ ref('int_user_workspaces') }}
    qualify count(*) over (partition by record_key) > 1
),

identified as (
    select
        usage.*,
        coalesce(usage.person_record_key, ('segment:users:' || anonymous_users.user_id)) as user_record_key
    from {{ ref('typed_usage_daily') }} as usage
    left join {{ ref('stg_segment__anonymous_users') }} as anonymous_users
        on usage.anonymous_id = anonymous_users.anonymous_id
    where usage.day <= {{ as_of_date() }}
),

days_outside as (
    select distinct
        user_record_key,
        day
    from identified
    where group_record_key is null
),

elsewhere as (
    select
        days.user_record_key,
        days.day,
        several.account_id
    from days_outside as days
    inner join several on days.user_record_key = several.record_key
    qualify row_number() over (
        partition by days.user_record_key, days.day
        order by
            greatest(
                {{ days_between('days.day', utc_date('several.first_at')) }},
                {{ days_between(utc_date('several.last_at'), 'days.day') }},
                0
            ),
            several.last_at desc,
            several.account_id
    ) = 1
),

counted as (
    select
        coalesce(groups.entity_id, elsewhere.account_id, record_accounts.account_id) as account_id,
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
    left join elsewhere
        on identified.user_record_key = elsewhere.user_record_key and identified.day = elsewhere.day
    left join {{ ref('int_person_record_accounts') }} as record_accounts
        on identified.user_record_key = record_accounts.record_key
    group by
        coalesce(groups.entity_id, elsewhere.account_id, record_accounts.account_id),
        persons.entity_id,
        identified.day,
        identified.event_type,
        identified.event_name
),

-- A day's peers are its rows of all persons, so that a range of days sums the account.
compared as (
    select
        *,
        sum(events) over same_day as account_events,
        sum(events) over days_before as trailing_events
    from counted
    window
        same_day as (
            partition by account_id, event_type, event_name order by {{ day_number('day') }}
            range between current row and current row
        ),
        days_before as (
            partition by account_id, event_type, event_name order by {{ day_number('day') }}
            range between {{ baseline_days }} preceding and 1 preceding
        )
)

select
    {{ hash_id('use', ['account_id', 'person_id', 'day', 'event_type', 'event_name']) }} as usage_id,
    account_id,
    person_id,
    day,
    event_type,
    event_name,
    events,
    case when account_id is not null then cast(account_events as bigint) end as account_events,
    case
        when account_id is null then 0.0 else round(coalesce(trailing_events, 0) / {{ baseline_days }}.0, 4)
    end as account_baseline,
    record_key
from compared
