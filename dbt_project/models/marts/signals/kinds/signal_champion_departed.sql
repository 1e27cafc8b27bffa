{%- set rules = var('signals')['champion_departed'] %}
with said as (
    select
        account_id,
        person_id,
        occurred_at as left_at,
        record_key,
        'said so' as why
    from {{ ref('observations') }}
    where
        attribute = 'departure' and polarity = 'affirmed' and entity_type = 'person'
        and account_id is not null and person_id is not null
),

marked as (
    select
        account_id,
        person_id,
        invalid_at as left_at,
        {{ list_item('record_keys', 1) }} as record_key,
        'marked as gone' as why
    from {{ ref('account_people') }}
    where invalid_at is not null and left_evidence is not null
),

last_days as (
    select
        activity.account_id,
        activity.person_id,
        max(activity.day) as day
    from {{ ref('int_person_activity') }} as activity
    group by activity.account_id, activity.person_id
),

fell_silent as (
    select
        last_days.account_id,
        last_days.person_id,
        {{ add_days(midnight('last_days.day'), rules['silent']) }} as left_at,
        min(members.record_key) as record_key,
        'silent' as why
    from last_days
    inner join {{ ref('int_account_spans') }} as spans on last_days.account_id = spans.account_id
    inner join {{ ref('int_person_record_accounts') }} as members
        on last_days.person_id = members.person_id and last_days.account_id = members.account_id
    where {{ days_between('last_days.day', 'spans.last_day') }} >= {{ rules['silent'] }}
    group by last_days.account_id, last_days.person_id, last_days.day
),

departures as (
    select * from said
    union all
    select * from marked
    union all
    select * from fell_silent
),

first_departures as (
    select *
    from departures
    qualify row_number() over (partition by account_id, person_id order by left_at, why, record_key) = 1
),

-- Who mattered: among the busiest of the account in the months before.
weighed as (
    select
        departures.account_id,
        departures.person_id,
        departures.left_at,
        departures.record_key,
        departures.why,
        sum(activity.activity) as account_activity,
        sum(case when activity.person_id = departures.person_id then activity.activity else 0 end) as activity
    from first_departures as departures
    inner join {{ ref('int_person_activity') }} as activity
        on
            departures.account_id = activity.account_id
            and {{ days_between('activity.day', 'departures.left_at') }} between 0 and {{ rules['activity'] }}
    group by departures.account_id, departures.person_id, departures.left_at, departures.record_key, departures.why
)

select
    {{ signal(
        'champion_departed',
        account_id='account_id',
        person_id='person_id',
        occurred_at='left_at',
        value='activity / account_activity',
        baseline=rules['min_share'],
        subject='record_key',
        evidence=list_of(['record_key']),
        detail="why || '; ' || " ~ rounded('100 * activity / account_activity') ~ " || ' % of all activity of the months before'",
    ) }}
from weighed
where
    activity >= {{ rules['min_activity'] }}
    and activity
    >= account_activity * case when why = 'silent' then {{ rules['silent_share'] }} else {{ rules['min_share'] }} end
