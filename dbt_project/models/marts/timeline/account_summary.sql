{%- set current_days = var('current_days') %}
with contacts as (
    select
        account_id,
        max(occurred_at) filter (where direction = 'inbound') as last_inbound_at,
        max(occurred_at) filter (where direction = 'outbound') as last_outbound_at,
        count(*) filter (where occurred_at > {{ add_days(as_of(), -current_days) }}) as recent_interactions
    from {{ ref('interactions') }}
    where account_id is not null and {{ is_contact() }}
    group by account_id
),

money as (
    select
        invoices.account_id,
        sum(invoices.total_minor) as invoiced_minor,
        sum(invoices.amount_paid_minor) as paid_minor,
        sum(case when invoices.status = 'open' then invoices.amount_remaining_minor else 0 end) as open_minor,
        sum(case when invoices.is_overdue then invoices.amount_remaining_minor else 0 end) as overdue_minor
    from {{ ref('invoices') }} as invoices
    inner join {{ ref('accounts') }} as accounts on invoices.account_id = accounts.account_id
    where
        invoices.status in ('open', 'paid', 'uncollectible')
        and invoices.currency = coalesce(accounts.currency, invoices.currency)
    group by invoices.account_id
),

usage as (
    select
        account_id,
        sum(case when age < {{ var('usage_baseline_days') }} then events else 0 end) as recent_events,
        sum(case when age >= {{ var('usage_baseline_days') }} then events else 0 end) as earlier_events,
        count(distinct case when age < {{ var('usage_baseline_days') }} then person_id end) as active_people
    from (
        select
            account_id,
            person_id,
            events,
            {{ days_between('day', as_of_date()) }} as age
        from {{ ref('usage_daily') }}
        where account_id is not null
    ) as aged
    where age < 2 * {{ var('usage_baseline_days') }}
    group by account_id
),

-- Who matters: the busiest of the last months who are still there.
weighed as (
    select
        activity.account_id,
        activity.person_id,
        people.name,
        people.title,
        people.role,
        sum(activity.activity) as activity
    from {{ ref('int_person_activity') }} as activity
    inner join {{ ref('people') }} as people
        on activity.person_id = people.person_id and activity.account_id = people.account_id
    where
        people.kind = 'customer'
        and people.is_active
        and {{ days_between('activity.day', as_of_date()) }}
        between 0 and {{ var('signals')['champion_departed']['activity'] }}
    group by activity.account_id, activity.person_id, people.name, people.title, people.role
    qualify row_number() over (
        partition by activity.account_id order by sum(activity.activity) desc, activity.person_id
    ) <= {{ var('key_people') }}
),

key_people as (
    select
        account_id,
        {{ json_objects(
            {'person_id': 'person_id', 'name': 'name', 'title': 'title', 'role': 'role', 'activity': 'activity'},
            "(lpad(cast(cast(1000000000 - activity as bigint) as string), 12, '0') || person_id)",
        ) }} as key_people
    from weighed
    group by account_id
),

{{ summary_parts('account') }}

select
    accounts.account_id,
    accounts.name,
    accounts.domain,
    accounts.state,
    accounts.stage,
    accounts.owner,
    accounts.plan,
    accounts.mrr_minor,
    accounts.currency,
    accounts.renewal_on,
    accounts.customer_since_at,
    accounts.contract_ended_at,
    coalesce(cast(money.invoiced_minor as bigint), 0) as invoiced_minor,
    coalesce(cast(money.paid_minor as bigint), 0) as paid_minor,
    coalesce(cast(money.open_minor as bigint), 0) as open_minor,
    coalesce(cast(money.overdue_minor as bigint), 0) as overdue_minor,
    accounts.first_interaction_at,
    accounts.last_interaction_at,
    contacts.last_inbound_at,
    contacts.last_outbound_at,
    coalesce(contacts.recent_interactions, 0) as recent_interactions,
    coalesce(cast(usage.recent_events as bigint), 0) as recent_events,
    coalesce(cast(usage.earlier_events as bigint), 0) as earlier_events,
    coalesce(usage.active_people, 0) as active_people,
    coalesce(open_items.open_tickets, 0) as open_tickets,
    coalesce(open_items.open_promises, 0) as open_promises,
    coalesce(current_signals.current_risks, 0) as current_risks,
    coalesce(channels.last_by_channel, '[]') as last_by_channel,
    coalesce(open_items.open_items, '[]') as open_items,
    coalesce(next_dates.next_dates, '[]') as next_dates,
    coalesce(current_signals.current_signals, '[]') as current_signals,
    coalesce(key_people.key_people, '[]') as key_people
from {{ ref('accounts') }} as accounts
left join contacts on accounts.account_id = contacts.account_id
left join money on accounts.account_id = money.account_id
left join usage on accounts.account_id = usage.account_id
left join channels on accounts.account_id = channels.account_id
left join open_items on accounts.account_id = open_items.account_id
left join next_dates on accounts.account_id = next_dates.account_id
left join current_signals on accounts.account_id = current_signals.account_id
left join key_people on accounts.account_id = key_people.account_id
