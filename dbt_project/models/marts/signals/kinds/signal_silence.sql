{%- set rules = var('signals')['silence'] %}
with contact_days as (
    select
        interactions.account_id,
        {{ utc_date('interactions.occurred_at') }} as day,
        max(interactions.occurred_at) as occurred_at,
        max_by(interactions.record_key, interactions.occurred_at) as record_key
    from {{ ref('interactions') }} as interactions
    where
        interactions.account_id is not null
        and interactions.direction in ('inbound', 'outbound')
        and interactions.channel != 'agent'
        and interactions.kind not in ('automatic_email', 'missed_call', 'cancelled_meeting')
    group by interactions.account_id, {{ utc_date('interactions.occurred_at') }}
),

pauses as (
    select
        contact_days.*,
        {{ days_between('contact_days.day', 'coalesce(lead(contact_days.day) over by_account, spans.last_day)') }}
            as pause_days,
        count(*) over by_account as contacts,
        {{ days_between('spans.first_day', 'contact_days.day') }} * 1.0 / count(*) over by_account as usual_pause
    from contact_days
    inner join {{ ref('int_account_spans') }} as spans
        on contact_days.account_id = spans.account_id and contact_days.day <= spans.last_day
    window by_account as (partition by contact_days.account_id order by contact_days.day)
)

select
    {{ signal(
        'silence',
        account_id='account_id',
        occurred_at=add_days('occurred_at', rules['days']),
        value='pause_days',
        baseline='usual_pause',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail="'no contact for ' || cast(pause_days as string) || ' days, usually every ' || " ~ rounded('usual_pause'),
    ) }}
from pauses
where
    contacts >= {{ rules['min_contacts'] }}
    and pause_days > {{ rules['days'] }}
    and pause_days > {{ rules['rhythm_ratio'] }} * usual_pause
