{#- Memories that a rule of retention takes out of the index and the snapshot, with the rule that did: the first
    in the
    order of `retention` that applies. The statement itself stays in observations and fact_history. -#}
{%- set rules = var('retention') -%}
with recalled as (
    select
        memory_id,
        max(occurred_at) as last_recalled_at
    from {{ ref('recalls') }}
    where memory_id is not null
    group by memory_id
),

aged as (
    select
        memories.memory_id,
        memories.kind,
        memories.entity_id,
        memories.visibility,
        memories.importance,
        memories.is_current,
        memories.occurred_at,
        length(memories.text) as characters,
        {{ days_between('memories.occurred_at', as_of_date()) }} as age_days,
        {{ days_between('people.left_at', as_of_date()) }} as days_since_left,
        {{ days_between('recalled.last_recalled_at', as_of_date()) }} as days_since_recalled
    from {{ ref('memories') }} as memories
    left join {{ ref('people') }} as people on memories.person_id = people.person_id
    left join recalled on memories.memory_id = recalled.memory_id
    where memories.kind in ('observation', 'window')
),

judged as (
    select
        *,
        case
            {%- for rule in rules %}
                when {{ retention_condition(rule) }} then '{{ rule.name }}'
            {%- endfor %}
        end as rule
    from aged
)

select
    memory_id,
    rule,
    case rule
        {%- for rule in rules %}
            when '{{ rule.name }}' then '{{ rule.because }}'
        {%- endfor %}
    end as reason,
    kind,
    entity_id,
    occurred_at,
    cast(age_days as bigint) as age_days,
    importance,
    cast(characters as bigint) as characters
from judged
where rule is not null
