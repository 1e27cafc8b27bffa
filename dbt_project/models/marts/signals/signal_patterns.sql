{#- Macros/marts/patterns.sql says how the chance of a pattern is found. -#}
{%- set rules = var('patterns') %}
with spans as (
    select
        account_id,
        first_day,
        {{ day_number('first_day') }} as first_day_number,
        cast({{ days_between('first_day', 'last_day') }} + 1 as double) as span_days,
        is_over
    from {{ ref('int_account_spans') }}
),

located as (
    select
        signals.account_id,
        signals.kind,
        signals.occurred_at,
        kinds.by_calendar,
        cast({{ warm_up_days('signals.kind') }} as double) as warm_up,
        {{ seconds_between(midnight('spans.first_day'), 'signals.occurred_at') }} / 86400.0 as moment,
        spans.first_day_number,
        spans.span_days,
        spans.is_over
    from {{ ref('signals') }} as signals
    inner join {{ ref('signal_kinds') }} as kinds on signals.kind = kinds.kind
    inner join spans on signals.account_id = spans.account_id
),

-- What lasts or returns within weeks is one event: a large account has a slow ticket every day. Signals outside the
-- observed time have no place on its circle, nor those before any of their kind is possible.
events as (
    select *
    from located
    where moment >= warm_up and moment <= span_days
    qualify {{ opens_episode('account_id, kind', 'occurred_at', var('signals')['episode_days'], 'occurred_at') }}
),

event_kinds as (
    select distinct
        kind,
        warm_up
    from events
),

-- Fourteen days of the portfolio's time, of which there are so many.
portfolio as (
    select cast(ceil((max(first_day_number + span_days) - min(first_day_number)) / 14.0) as double) as fortnights
    from spans
),

windows as (
    {%- for window in rules['windows'] %}
        select cast({{ window }} as double) as window_days
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

log_factorials as (
    select
        cast(0 as bigint) as n,
        cast(0 as double) as value
    union all
    select
        n,
        sum(ln(n)) over (order by n rows unbounded preceding) as value
    from (select row_number() over (order by account_id) as n from spans) as numbers
),

ends_1 as (
    select
        events.kind as chain,
        windows.window_days,
        events.account_id,
        events.moment,
        events.span_days,
        events.is_over,
        events.warm_up,
        events.by_calendar as has_calendar
    from events
    cross join windows
),

-- Share of an account's time that lies within the window before a signal of a kind: what one unrelated signal
-- hits by chance.
share_arcs as (
    select
        events.account_id,
        events.kind,
        windows.window_days,
        events.span_days - events.warm_up as circle_days,
        {{ arc_begin('events.moment', '0', 'windows.window_days', '(events.span_days - events.warm_up)') }} as arc_begin
    from events
    cross join windows
    where windows.window_days < events.span_days - events.warm_up
),

shares as (
    {{ arc_cover('share_arcs', ['account_id', 'kind', 'window_days']) | indent(4) }}
    union all
    select distinct
        events.account_id,
        events.kind,
        windows.window_days,
        1.0 as share
    from events
    cross join windows
    where windows.window_days >= events.span_days - events.warm_up
),

{% for length in range(2, rules['max_length'] + 1) -%}
    {{ grown_chains(length) }},

{% endfor -%}
tested as (
    {%- for length in range(2, rules['max_length'] + 1) %}
        select
            tests.chain,
            tests.window_days,
            tests.next_kind,
            tests.length,
            tests.candidates,
            tests.candidates_seen,
            tests.accounts_seen,
            tests.mean_chance,
            {% if length > 2 -%} greatest(tests.step_p, prefixes.p_value) {%- else -%} tests.step_p {%- endif %} as p_value,
            occurrences.occurrences,
            occurrences.mean_lag_days,
            trials.trials,
            trials.followed,
            trials.expected
        from tests_{{ length }} as tests
        inner join occurrences_{{ length }} as occurrences
            on
                tests.chain = occurrences.chain
                and tests.window_days = occurrences.window_days
                and tests.next_kind = occurrences.next_kind
        left join trials_{{ length }} as trials
            on
                tests.chain = trials.chain
                and tests.window_days = trials.window_days
                and tests.next_kind = trials.next_kind
        {%- if length > 2 %}
            inner join found_{{ length - 1 }} as prefixes
                on tests.chain = prefixes.longer_chain and tests.window_days = prefixes.window_days
        {%- endif %}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- Holm's step-down over every pair and chain that was tried, in every window. For each only those tries count that
-- could reach such a p-value at all: where all candidates showing it would still be likelier, a try can do no harm
-- (Tarone 1990).
ranked as (
    select
        *,
        power(mean_chance, candidates) as least_p,
        row_number() over (order by p_value, length, chain, next_kind, window_days) as standing,
        count(*) over () as tests
    from tested
),

-- Whatever stands before a try could reach its p-value, for its own is no greater: those are no rivals.
limits as (
    select
        cast(null as bigint) as standing,
        least_p as p_value,
        1 as is_least
    from ranked
    union all
    select
        standing,
        p_value * (1 + 1e-9) as p_value,
        0 as is_least
    from ranked
),

rivals as (
    select
        standing,
        sum(is_least) over (order by p_value asc, is_least desc rows unbounded preceding) - standing + 1 as rivals
    from limits
),

corrected as (
    select
        ranked.*,
        least(1.0, max(rivals.rivals * ranked.p_value) over (
            order by ranked.standing rows between unbounded preceding and current row
        )) as adjusted_p_value
    from ranked
    inner join rivals on ranked.standing = rivals.standing
)

select
    {{ hash_id('pat', ['chain', 'next_kind', 'cast(window_days as bigint)']) }} as pattern_id,
    chain || ' > ' || next_kind as pattern,
    {{ split_list("replace((chain || ' > ' || next_kind), ' ', '')", '>') }} as steps,
    cast(length as bigint) as length,
    cast(window_days as bigint) as window_days,
    cast(occurrences as bigint) as occurrences,
    cast(accounts_seen as bigint) as accounts,
    cast(candidates_seen as bigint) as candidate_accounts,
    round(accounts_seen / cast((select count(*) from spans) as double), 4) as support,
    round(followed / cast(trials as double), 4) as confidence,
    round(followed / nullif(expected, 0), 4) as lift,
    round(mean_lag_days, 2) as mean_lag_days,
    round(p_value, 12) as p_value,
    round(adjusted_p_value, 12) as adjusted_p_value,
    adjusted_p_value < {{ rules['max_p'] }} as is_significant,
    cast(tests as bigint) as tests
from corrected
where accounts_seen >= {{ rules['min_accounts'] }}
