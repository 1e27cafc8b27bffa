{%- set rules = var('signals')['champion_departed'] %}
{%- set roles = rules['roles'] | join("', '") %}
with said as (
    select
        account_id,
        person_id,
        occurred_at as left_at,
        occurred_at as detected_at,
        record_key,
        observation_id,
        'said so' as why
    from {{ ref('observations') }}
    where
        attribute = 'departure' and polarity = 'affirmed' and entity_type = 'person'
        and account_id is not null and person_id is not null
),

-- With the contact that bears the mark.
marks as (
    select
        people.account_id,
        people.person_id,
        people.invalid_at,
        min(contacts.record_key) as record_key
    from {{ ref('account_people') }} as people
    inner join {{ ref('int_person_record_accounts') }} as members
        on people.account_id = members.account_id and people.person_id = members.person_id
    inner join {{ ref('stg_salesforce__contacts') }} as contacts on members.record_key = contacts.record_key
    where
        people.invalid_at is not null
        and people.left_evidence is not null
        and (contacts.status = 'left' or contacts.email_bounced_at is not null)
    group by people.account_id, people.person_id, people.invalid_at
    union all
    -- Or that was moved to another account.
    select
        people.account_id,
        people.person_id,
        people.invalid_at,
        min(stints.record_key) as record_key
    from {{ ref('account_people') }} as people
    inner join {{ ref('int_record_employers') }} as stints
        on
            people.account_id = stints.account_id
            and people.person_id = stints.person_id
            and people.invalid_at = stints.until_at
    group by people.account_id, people.person_id, people.invalid_at
),

-- Inner first: an outer join on a range of days would hold every day against every mark.
last_seen as (
    select
        marks.account_id,
        marks.person_id,
        marks.invalid_at,
        max(activity.day) as day
    from marks
    inner join {{ ref('int_person_activity') }} as activity
        on
            marks.account_id = activity.account_id
            and marks.person_id = activity.person_id
            and {{ days_between('activity.day', 'marks.invalid_at') }} between 1 and {{ rules['mark_delay'] }}
    group by marks.account_id, marks.person_id, marks.invalid_at
),

-- A mark comes late: who was busy left the day after they were last seen at work.
marked as (
    select
        marks.account_id,
        marks.person_id,
        coalesce({{ add_days(midnight('last_seen.day'), 1) }}, marks.invalid_at) as left_at,
        marks.invalid_at as detected_at,
        marks.record_key,
        cast(null as string) as observation_id,
        'marked as gone' as why
    from marks
    left join last_seen
        on
            marks.account_id = last_seen.account_id
            and marks.person_id = last_seen.person_id
            and marks.invalid_at = last_seen.invalid_at
),

last_days as (
    select
        account_id,
        person_id,
        max(day) as day
    from {{ ref('int_person_activity') }}
    group by account_id, person_id
),

fell_silent as (
    select
        last_days.account_id,
        last_days.person_id,
        {{ add_days(midnight('last_days.day'), 1) }} as left_at,
        {{ add_days(midnight('last_days.day'), rules['silent']) }} as detected_at,
        min(members.record_key) as record_key,
        cast(null as string) as observation_id,
        'silent' as why
    from last_days
    inner join {{ ref('int_account_spans') }} as spans on last_days.account_id = spans.account_id
    inner join {{ ref('int_person_record_accounts') }} as members
        on last_days.person_id = members.person_id and last_days.account_id = members.account_id
    where
        {{ days_between('last_days.day', 'least(spans.last_usage_day, spans.last_contact_day)') }}
        >= {{ rules['silent'] }}
    group by last_days.account_id, last_days.person_id, last_days.day
),

departures as (
    select * from said
    union all
    select * from marked
    union all
    select * from fell_silent
),

-- What was known first counts.
first_departures as (
    select *
    from departures
    qualify
        row_number() over (
            partition by account_id, person_id order by detected_at, why, record_key, observation_id
        ) = 1
),

account_days as (
    select
        account_id,
        day,
        sum(activity) as activity
    from {{ ref('int_person_activity') }}
    group by account_id, day
),

own_activity as (
    select
        departures.account_id,
        departures.person_id,
        sum(activity.activity) as activity
    from first_departures as departures
    inner join {{ ref('int_person_activity') }} as activity
        on
            departures.account_id = activity.account_id
            and departures.person_id = activity.person_id
            and {{ days_between('activity.day', 'departures.left_at') }} between 0 and {{ rules['activity'] }}
    group by departures.account_id, departures.person_id
),

-- What was done in the months before somebody left: by them, and by the whole account.
weighed as (
    select
        departures.account_id,
        departures.person_id,
        departures.left_at,
        departures.detected_at,
        departures.record_key,
        departures.observation_id,
        departures.why,
        min(own_activity.activity) as activity,
        sum(account_days.activity) as account_activity
    from first_departures as departures
    inner join own_activity
        on departures.account_id = own_activity.account_id and departures.person_id = own_activity.person_id
    inner join account_days
        on
            departures.account_id = account_days.account_id
            and {{ days_between('account_days.day', 'departures.left_at') }} between 0 and {{ rules['activity'] }}
    group by
        departures.account_id, departures.person_id, departures.left_at, departures.detected_at,
        departures.record_key, departures.observation_id, departures.why
),

-- Who mattered: the busy ones, those whose title decides with less.
busy as (
    select
        *,
        activity / account_activity as share
    from (
        select
            weighed.*,
            case
                when weighed.why = 'silent' then {{ rules['silent_share'] }}
                when
                    members.role in (
                        '{{ roles }}'
                    ) then {{ rules['min_role_share'] }}
                else {{ rules['min_share'] }}
            end as least_share
        from weighed
        left join {{ ref('account_people') }} as members
            on weighed.account_id = members.account_id and weighed.person_id = members.person_id
    ) as measured
    where activity >= {{ rules['min_activity'] }} and activity / account_activity >= least_share
),

-- Of those who only fell silent, the busiest of all. Few are left to be held against everybody: in a large account
-- hundreds fall silent.
colleagues as (
    select
        busy.account_id,
        busy.person_id,
        activity.person_id as colleague_id,
        sum(activity.activity) as activity
    from busy
    inner join {{ ref('int_person_activity') }} as activity
        on
            busy.account_id = activity.account_id
            and {{ days_between('activity.day', 'busy.left_at') }} between 0 and {{ rules['activity'] }}
    where busy.why = 'silent'
    group by busy.account_id, busy.person_id, activity.person_id
),

busiest as (
    select
        account_id,
        person_id,
        max(activity) as activity
    from colleagues
    group by account_id, person_id
)

select
    {{ signal(
        'champion_departed',
        account_id='busy.account_id',
        person_id='busy.person_id',
        occurred_at='busy.left_at',
        detected_at='busy.detected_at',
        value='busy.share',
        baseline='greatest(busy.least_share, coalesce(busiest.activity / busy.account_activity, 0))',
        subject='coalesce(busy.observation_id, busy.record_key)',
        evidence=list_of(['busy.record_key']),
        detail="busy.why || '; ' || " ~ rounded('100 * busy.share') ~ " || ' % of all activity of the months before'",
    ) }}
from busy
left join busiest on busy.account_id = busiest.account_id and busy.person_id = busiest.person_id
where busy.activity >= coalesce(busiest.activity, 0)
