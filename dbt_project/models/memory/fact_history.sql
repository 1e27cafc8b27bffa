with states as (
    {{ statement_states(ref('statements')) | indent(4) }}
),

stretches as (
    select
        entity_type,
        entity_id,
        attribute,
        slot,
        stretch,
        min(state) as value,
        min(cardinality) as cardinality,
        max(authority) as authority,
        min(occurred_at) as valid_at,
        max(occurred_at) as last_stated_at,
        case when count(*) = count(lapses_at) then max(lapses_at) end as lapses_at,
        min(created_at) as created_at,
        min(statement_order) as first_order,
        max(statement_order) as last_order,
        count(*) as statements,
        {{ ordered_list('observation_id', 'statement_order') }} as observation_ids,
        {{ combined_confidence('confidence') }} as confidence
    from states
    group by entity_type, entity_id, attribute, slot, stretch
),

bounded as (
    select
        *,
        {{ hash_id('fct', ['entity_type', 'attribute', 'value', 'first_order']) }} as fact_id,
        lead(valid_at) over (partition by entity_id, attribute, slot order by stretch) as next_at,
        lead(coalesce(value, '')) over (partition by entity_id, attribute, slot order by stretch) as next_value
    from stretches
),

-- The first time we heard what ends a stretch: the earliest known contradiction, however late another one arrived.
contradicted as (
    select
        bounded.fact_id,
        min(later.created_at) as contradicted_at
    from bounded
    inner join bounded as later
        on
            bounded.entity_id = later.entity_id
            and bounded.attribute = later.attribute
            and bounded.slot = later.slot
            and bounded.stretch < later.stretch
            and bounded.value != coalesce(later.value, '')
    group by bounded.fact_id
),

ended as (
    select
        bounded.*,
        contradicted.contradicted_at,
        case
            when
                bounded.lapses_at <= {{ as_of() }} and bounded.lapses_at <= coalesce(bounded.next_at, bounded.lapses_at)
                then 'lapsed'
            when bounded.next_value = '' then 'withdrawn'
            when bounded.next_at is not null then 'superseded'
        end as ended_by
    from bounded
    left join contradicted on bounded.fact_id = contradicted.fact_id
    where bounded.value is not null
),

dated as (
    select
        *,
        case ended_by when 'lapsed' then lapses_at else next_at end as invalid_at,
        case
            when ended_by = 'lapsed' then greatest(created_at, lapses_at)
            when ended_by is not null then greatest(created_at, contradicted_at)
        end as expired_at,
        case
            when
                cardinality = 'single'
                and lag(ended_by) over (partition by entity_id, attribute, slot order by stretch) = 'superseded'
                then lag(fact_id) over (partition by entity_id, attribute, slot order by stretch)
        end as supersedes
    from ended
)

select
    dated.fact_id,
    dated.entity_type,
    dated.entity_id,
    dated.attribute,
    dated.value,
    dated.cardinality,
    dated.valid_at,
    dated.invalid_at,
    dated.created_at,
    dated.expired_at,
    dated.ended_by,
    dated.supersedes,
    dated.observation_ids,
    cast(dated.statements as bigint) as statements,
    dated.last_stated_at,
    dated.lapses_at,
    dated.confidence,
    case dated.authority when 2 then 'record' when 1 then 'statement' else 'inferred' end as authority,
    states.content,
    states.stated_by,
    states.due_on,
    states.source,
    states.record_key,
    states.interaction_id,
    states.source_file,
    states.source_row
from dated
inner join states
    on
        dated.entity_id = states.entity_id
        and dated.attribute = states.attribute
        and dated.slot = states.slot
        and dated.last_order = states.statement_order
