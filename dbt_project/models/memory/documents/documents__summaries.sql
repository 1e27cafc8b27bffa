{{ config(materialized='ephemeral') }}
{#- What stands about an entity, in a few lines: the answer to "who is this?". -#}
with told as (
    select
        entity_id,
        attribute,
        value || case
            when attribute = 'promise'
                then coalesce(' by ' || stated_by, '') || coalesce(' (due ' || cast(due_on as string) || ')', '')
            else ''
        end as value
    from {{ ref('facts') }}
    where
        attribute not in (
            'owner', 'plan', 'mrr', 'stage', 'state', 'renewal_on', 'title', 'email', 'phone', 'feature_request'
        )
),

current_facts as (
    select
        entity_id,
        replace(attribute, '_', ' ') || ': ' || {{ list_text(sorted_distinct_list('value'), ', ') }} as line,
        attribute
    from told
    group by entity_id, attribute
),

known as (
    select
        entity_id,
        {{ list_text(ordered_list('line', 'attribute'), '. ') }} as lines
    from current_facts
    group by entity_id
),

-- Who is there, and who left and when; the rest of a large account is in its people.
members as (
    select
        memberships.account_id,
        memberships.invalid_at is not null as has_left,
        people.name || coalesce(
            ' (' || coalesce(
                memberships.title, case when memberships.account_id = people.account_id then people.title end
            ) || ')', ''
        )
        || coalesce(' on ' || cast({{ utc_date('memberships.invalid_at') }} as string), '') as line,
        row_number() over (
            partition by memberships.account_id, memberships.invalid_at is not null
            order by memberships.last_seen_at desc nulls last, people.person_id asc
        ) as place
    from {{ ref('account_people') }} as memberships
    inner join {{ ref('people') }} as people on memberships.person_id = people.person_id
    where
        people.kind = 'customer'
        and people.name is not null
        and (people.is_active or memberships.invalid_at is not null)
),

staffed as (
    select
        account_id,
        {{ list_text(ordered_list("case when not has_left then line end", 'place'), ', ') }} as present,
        {{ list_text(ordered_list("case when has_left then line end", 'place'), ', ') }} as gone
    from members
    where place <= {{ var('key_people') }}
    group by account_id
),

provenance as (
    select
        entity_id,
        min(source) as source,
        min(record_key) as record_key,
        min_by(source_file, record_key) as source_file,
        min_by(source_row, record_key) as source_row
    from {{ ref('identity_links') }}
    group by entity_id
),

texts as (
    select
        'account' as entity_type,
        accounts.account_id as entity_id,
        accounts.account_id,
        cast(null as string) as person_id,
        coalesce(accounts.name, accounts.domain, 'Unnamed account') || ': ' || accounts.state
        || coalesce(', ' || accounts.industry, '')
        || coalesce(', plan ' || accounts.plan, '')
        || coalesce(', renewal on ' || cast(accounts.renewal_on as string), '')
        || coalesce(', looked after by ' || accounts.owner, '')
        || '.'
        || coalesce(' People: ' || nullif(staffed.present, '') || '.', '')
        || coalesce(' Left the company: ' || nullif(staffed.gone, '') || '.', '') as profile,
        accounts.last_interaction_at as occurred_at
    from {{ ref('accounts') }} as accounts
    left join staffed on accounts.account_id = staffed.account_id

    union all

    select
        'person' as entity_type,
        people.person_id as entity_id,
        people.account_id,
        people.person_id,
        coalesce(people.name, people.email, 'Unnamed contact')
        || coalesce(', ' || people.title, '')
        || coalesce(' at ' || accounts.name, '')
        || case when people.is_active then '.' else ', has left.' end as profile,
        cast(null as {{ type_timestamptz() }}) as occurred_at
    from {{ ref('people') }} as people
    left join {{ ref('accounts') }} as accounts on people.account_id = accounts.account_id
    where people.kind = 'customer'
)

select
    {{ hash_id('mem', ["'summary'", 'texts.entity_type', 'provenance.record_key']) }} as memory_id,
    'summary' as kind,
    texts.entity_type,
    texts.entity_id,
    texts.account_id,
    texts.person_id,
    texts.entity_type as visibility,
    texts.profile || coalesce(' ' || known.lines || '.', '') as text,
    texts.occurred_at,
    cast(null as string) as channel,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as app_id,
    cast(0.6 as double) as importance,
    true as is_current,
    provenance.source,
    provenance.record_key,
    provenance.source_file,
    provenance.source_row,
    cast(null as string) as interaction_id
from texts
left join known on texts.entity_id = known.entity_id
left join provenance on texts.entity_id = provenance.entity_id
-- A contact of whom nothing is known but the name needs no memory.
where texts.entity_type = 'account' or known.lines is not null
