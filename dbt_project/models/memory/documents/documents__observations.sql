{{ config(materialized='ephemeral') }}
{#- One memory a statement. What is about a person stays that person's own; what is about the account is the
    account's, without the sentence when the same sentence also says something personal. -#}
with stated as (
    select *
    from {{ ref('observations') }}
    where entity_id is not null and value != '*'
),

personal_sentences as (
    select distinct
        record_key,
        content
    from stated
    where entity_type = 'person' and attribute != 'sentiment' and precedence != 'record'
),

history as (
    select
        fact_id,
        invalid_at,
        observation_ids
    from {{ ref('fact_history') }}
),

standing as (
    select
        item as observation_id,
        max(case when invalid_at is null then 1 else 0 end) as stands
    from ({{ list_rows('history', 'observation_ids') | indent(4) }}) as members
    group by item
),

worded as (
    select
        stated.*,
        case
            when stated.stated_by = 'record' then stated.content
            else
                replace(stated.attribute, '_', ' ')
                || case when stated.attribute = 'promise' then ' by ' || stated.stated_by else '' end
                || case when stated.polarity = 'negated' then ' no longer' else '' end
                || ': ' || stated.value
                || coalesce(' (due ' || cast(stated.due_on as string) || ')', '')
                || case
                    when stated.entity_type = 'account' and personal_sentences.content is not null then ''
                    else '. ' || stated.content
                end
        end as text,
        coalesce(standing.stands = 1, stated.cardinality = 'event') as is_current
    from stated
    left join standing on stated.observation_id = standing.observation_id
    left join personal_sentences
        on stated.record_key = personal_sentences.record_key and stated.content = personal_sentences.content
)

select
    {{ hash_id('mem', ["'observation'", 'observation_id']) }} as memory_id,
    'observation' as kind,
    entity_type,
    entity_id,
    account_id,
    case when entity_type = 'person' then entity_id end as person_id,
    case when entity_type = 'person' then 'person' else 'account' end as visibility,
    text,
    occurred_at,
    channel,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as app_id,
    round(importance * confidence, 3) as importance,
    is_current,
    source,
    record_key,
    source_file,
    source_row,
    interaction_id
from worded
-- The same words of the same entity once: the latest time they were said.
qualify row_number() over (partition by entity_id, text order by occurred_at desc, observation_id asc) = 1
