{#- Observations and system-of-record rows in one shape: what fact_history reconciles. Events (a tone, a rating) are
    no facts. -#}
with observed as (
    select
        observation_id as statement_id,
        observation_id,
        value,
        entity_type,
        entity_id,
        attribute,
        polarity,
        cardinality,
        content,
        stated_by,
        due_on,
        confidence,
        ttl_days,
        occurred_at,
        created_at,
        thread_id,
        source,
        record_key,
        interaction_id,
        source_file,
        source_row,
        case precedence when 'record' then 2 when 'statement' then 1 else 0 end as authority
    from {{ ref('observations') }}
    where entity_id is not null and cardinality != 'event'

    union all

    select
        {{ hash_id('rec', ['record_key', "'closed'", timestamp_text('occurred_at')]) }} as statement_id,
        cast(null as string) as observation_id,
        '*' as value,
        'account' as entity_type,
        account_id as entity_id,
        'problem' as attribute,
        'negated' as polarity,
        'multi' as cardinality,
        'solved, says the help desk' as content,
        'record' as stated_by,
        cast(null as date) as due_on,
        cast(1.0 as double) as confidence,
        cast(null as integer) as ttl_days,
        occurred_at,
        created_at,
        thread_id,
        source,
        record_key,
        cast(null as string) as interaction_id,
        source_file,
        source_row,
        1 as authority
    from {{ ref('solved_tickets') }}
),

-- "It is fixed" takes back every value stated before in the same thread.
taken_back as (
    select distinct
        denials.statement_id,
        earlier.value
    from observed as denials
    inner join observed as earlier
        on
            denials.entity_id = earlier.entity_id
            and denials.attribute = earlier.attribute
            and denials.thread_id = earlier.thread_id
            and denials.occurred_at >= earlier.occurred_at
    where
        denials.polarity = 'negated' and denials.value = '*' and denials.cardinality = 'multi'
        and earlier.polarity = 'affirmed'
),

unioned as (
    select
        observed.statement_id || coalesce(':' || taken_back.value, '') as statement_id,
        observed.observation_id,
        coalesce(taken_back.value, observed.value) as value,
        observed.entity_type,
        observed.entity_id,
        observed.attribute,
        observed.polarity,
        observed.cardinality,
        observed.authority,
        observed.content,
        observed.stated_by,
        observed.due_on,
        observed.confidence,
        observed.ttl_days,
        observed.occurred_at,
        observed.created_at,
        observed.source,
        observed.record_key,
        observed.interaction_id,
        observed.source_file,
        observed.source_row
    from observed
    left join taken_back on observed.statement_id = taken_back.statement_id
    where observed.value != '*' or observed.cardinality = 'single' or taken_back.value is not null

    union all

    select
        statement_id,
        cast(null as string) as observation_id,
        value,
        entity_type,
        entity_id,
        attribute,
        polarity,
        'single' as cardinality,
        2 as authority,
        attribute || ': ' || value as content,
        'record' as stated_by,
        cast(null as date) as due_on,
        cast(1.0 as double) as confidence,
        cast(null as integer) as ttl_days,
        occurred_at,
        created_at,
        source,
        record_key,
        cast(null as string) as interaction_id,
        source_file,
        source_row
    from {{ ref('system_records') }}
)

select
    *,
    case when cardinality = 'single' then '' else value end as slot,
    {{ statement_order() }} as statement_order
from unioned
where occurred_at <= {{ as_of() }}
