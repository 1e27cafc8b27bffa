{#- Which statements of a relation like `statements` count, and the stretch of agreement that each belongs to. A
    complete select.

    From the moment a system of record speaks, hearsay that contradicts it does not count, until the record is
    taken back; what was only inferred yields to either. A denial counts only against the value that held.
    Another value, a denial, or a lapse before the restatement begins a new stretch. -#}
{% macro statement_states(relation) -%}
with authorised as (
    select
        *,
        {{ last_said('authority = 2') }} as record_said,
        {{ last_said('authority >= 1') }} as stated_so_far
    from {{ relation }}
),

heard as (
    select
        *,
        {{ last_said("polarity = 'affirmed'") }} as affirmed_before
    from authorised
    where
        authority = 2
        or (
            authority = 1
            and (coalesce(record_said, 'negated') like 'negated%' or record_said = polarity || '|' || value)
        )
        or (authority = 0 and coalesce(stated_so_far, 'negated') like 'negated%')
),

states as (
    select
        *,
        case when polarity = 'affirmed' then value end as state,
        {{ add_days('occurred_at', 'ttl_days') }} as lapses_at
    from heard
    where
        polarity = 'affirmed'
        or (value = '*' and affirmed_before is not null)
        or affirmed_before = 'affirmed|' || value
),

compared as (
    select
        *,
        lag(coalesce(state, '')) over (
            partition by entity_id, attribute, slot order by statement_order
        ) as state_before,
        lag(lapses_at) over (partition by entity_id, attribute, slot order by statement_order) as lapsed_before
    from states
)

select
    *,
    sum(case when state_before = coalesce(state, '') and coalesce(lapsed_before >= occurred_at, true) then 0 else 1 end) over (
        partition by entity_id, attribute, slot order by statement_order rows between unbounded preceding and current row
    ) as stretch
from compared
{%- endmacro %}
