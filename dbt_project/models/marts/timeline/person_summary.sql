with contacts as (
    select
        person_id,
        count(*) as interactions,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        max(occurred_at) filter (where direction = 'inbound') as last_inbound_at
    from {{ ref('interactions') }}
    where person_id is not null and {{ is_contact() }}
    group by person_id
),

-- The channel a person chooses: where most of their own messages, and talks with agents, came in.
chosen as (
    select
        person_id,
        channel as most_used_channel
    from {{ ref('interactions') }}
    where
        person_id is not null
        and direction = 'inbound'
        and (author_role = 'customer' or kind = 'agent_conversation')
        and {{ is_contact() }}
    group by person_id, channel
    qualify row_number() over (partition by person_id order by count(*) desc, max(occurred_at) desc, channel) = 1
),

usage as (
    select
        person_id,
        sum(
            case when {{ days_between('day', as_of_date()) }} < {{ var('usage_baseline_days') }} then events else 0 end
        ) as recent_events,
        max(day) as last_used_on
    from {{ ref('usage_daily') }}
    where person_id is not null
    group by person_id
),

-- The first that is known of them: a membership, a record, or something that happened.
since as (
    select
        person_id,
        min(known_at) as known_since_at
    from (
        select
            person_id,
            valid_at as known_at
        from {{ ref('account_people') }}
        union all
        select
            links.entity_id as person_id,
            states.created_at as known_at
        from {{ ref('identity_links') }} as links
        inner join {{ ref('int_record_states') }} as states on links.record_key = states.record_key
        where links.entity_type = 'person'
        union all
        select
            person_id,
            min(occurred_at) as known_at
        from {{ ref('interactions') }}
        where person_id is not null
        group by person_id
    ) as known
    group by person_id
),

{{ summary_parts('person') }}

select
    people.person_id,
    people.kind,
    people.account_id,
    accounts.name as account_name,
    people.name,
    people.title,
    people.role,
    people.email,
    people.phone,
    people.is_active,
    people.left_at,
    since.known_since_at,
    coalesce(contacts.interactions, 0) as interactions,
    contacts.first_interaction_at,
    contacts.last_interaction_at,
    contacts.last_inbound_at,
    chosen.most_used_channel,
    coalesce(cast(usage.recent_events as bigint), 0) as recent_events,
    usage.last_used_on,
    coalesce(open_items.open_tickets, 0) as open_tickets,
    coalesce(open_items.open_promises, 0) as open_promises,
    coalesce(channels.last_by_channel, '[]') as last_by_channel,
    coalesce(open_items.open_items, '[]') as open_items,
    coalesce(next_dates.next_dates, '[]') as next_dates,
    coalesce(current_signals.current_signals, '[]') as current_signals
from {{ ref('people') }} as people
left join {{ ref('accounts') }} as accounts on people.account_id = accounts.account_id
left join since on people.person_id = since.person_id
left join contacts on people.person_id = contacts.person_id
left join chosen on people.person_id = chosen.person_id
left join usage on people.person_id = usage.person_id
left join channels on people.person_id = channels.person_id
left join open_items on people.person_id = open_items.person_id
left join next_dates on people.person_id = next_dates.person_id
left join current_signals on people.person_id = current_signals.person_id
where people.kind in ('customer', 'shared')
