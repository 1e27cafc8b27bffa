{%- set rules = var('signals')['silence'] %}
with contacts as (
    select
        account_id,
        occurred_at,
        record_key,
        row_number() over (partition by account_id, thread_id order by occurred_at, record_key) = 1 as opens_thread
    from {{ ref('interactions') }}
    where
        account_id is not null
        and direction in ('inbound', 'outbound')
        and channel != 'agent'
        and {{ is_contact() }}
),

contact_days as (
    select
        account_id,
        {{ utc_date('occurred_at') }} as day,
        max(occurred_at) as occurred_at,
        max_by(record_key, {{ timestamp_text('occurred_at') }} || record_key) as record_key,
        sum(case when opens_thread then 1 else 0 end) as threads
    from contacts
    group by account_id, {{ utc_date('occurred_at') }}
),

pauses as (
    select
        contact_days.*,
        {{ days_between(
            'contact_days.day', 'coalesce(lead(contact_days.day) over by_account, spans.last_contact_day)'
        ) }} as pause_days,
        sum(contact_days.threads) over by_account as threads_so_far,
        greatest(0, {{ days_between('spans.first_day', 'contact_days.day') }}) as known_days
    from contact_days
    inner join {{ ref('int_account_spans') }} as spans
        on
            contact_days.account_id = spans.account_id
            and contact_days.day between spans.first_day and spans.last_contact_day
    window by_account as (partition by contact_days.account_id order by contact_days.day)
),

-- The portfolio's rhythm: days from one thread to the next in its middle account.
portfolio as (
    select coalesce({{ quantile('days_a_thread', 0.5) }}, {{ rules['days'] }}) as typical_pause
    from (
        select max(known_days) * 1.0 / nullif(max(threads_so_far), 0) as days_a_thread
        from pauses
        group by account_id
    ) as accounts
),

-- A young account has no rhythm yet: the portfolio's counts as much as so many threads of its own.
expected as (
    select
        pauses.*,
        (pauses.known_days + {{ rules['typical_threads'] }} * portfolio.typical_pause)
        / (pauses.threads_so_far + {{ rules['typical_threads'] }}) as usual_pause
    from pauses
    cross join portfolio
),

long_pauses as (
    select
        *,
        greatest({{ rules['days'] }}, cast(ceil({{ rules['rhythm_ratio'] }} * usual_pause) as bigint)) as silent_days
    from expected
)

select
    {{ signal(
        'silence',
        account_id='account_id',
        occurred_at=add_days('occurred_at', rules['days']),
        detected_at=add_days('occurred_at', 'silent_days'),
        value='pause_days',
        baseline='usual_pause',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail="'no contact for ' || cast(pause_days as string) || ' days, usually every ' || " ~ rounded('usual_pause'),
    ) }}
from long_pauses
where pause_days > silent_days
