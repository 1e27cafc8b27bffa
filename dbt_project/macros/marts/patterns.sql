{#- How the chance of a pattern is found.

    Null model: within an account, the times of the next signal are turned as a whole around the circle of the account's
    observed time, every turn being equally likely. That keeps how many signals there are and how they cluster, and breaks
    only what ties them to the steps before. The chance that a turned account still shows the pattern is exact: the share
    of turns that bring some pair of signals within the window, the measure of a union of arcs over the whole circle.
    Over the accounts that have both, the number which show the pattern is then Poisson-binomial; its tail is bounded from
    above by the binomial of the mean chance (Hoeffding 1956), so that no p-value is too small. -#}

{#- CTEs for chains of n steps, grown from `ends_<n-1>` (where chains of n-1 steps end: chain, window_days, account_id, moment):
    `tests_n` tried, `found_n` found, `ends_n` where those end, `occurrences_n` and `trials_n` for confidence and lift. -#}
{% macro grown_chains(length) -%}
{%- set rules = var('patterns') -%}
{%- set before = length - 1 -%}
pairs_{{ length }} as (
    select
        ends.chain,
        ends.window_days,
        events.kind as next_kind,
        ends.account_id,
        ends.moment as from_at,
        events.moment as to_at,
        events.span_days,
        events.moment > ends.moment and events.moment <= ends.moment + ends.window_days as is_hit
    from ends_{{ before }} as ends
    inner join events on ends.account_id = events.account_id
    where
        (' > ' || ends.chain || ' > ') not like ('% > ' || events.kind || ' > %')
        and not (ends.has_calendar and events.by_calendar)
),

arcs_{{ length }} as (
    select
        chain,
        window_days,
        next_kind,
        account_id,
        span_days,
        to_at - from_at - window_days - span_days * floor((to_at - from_at - window_days) / span_days) as arc_begin
    from pairs_{{ length }}
    where window_days < span_days
),

chances_{{ length }} as (
    {{ arc_cover('arcs_' ~ length, ['chain', 'window_days', 'next_kind', 'account_id']) | indent(4) }}
),

accounts_{{ length }} as (
    select
        pairs.chain,
        pairs.window_days,
        pairs.next_kind,
        pairs.account_id,
        max(case when pairs.is_hit then 1 else 0 end) as is_hit,
        coalesce(min(chances.share), 1.0) as chance
    from pairs_{{ length }} as pairs
    left join chances_{{ length }} as chances
        on
            pairs.chain = chances.chain
            and pairs.window_days = chances.window_days
            and pairs.next_kind = chances.next_kind
            and pairs.account_id = chances.account_id
    group by pairs.chain, pairs.window_days, pairs.next_kind, pairs.account_id
),

counts_{{ length }} as (
    select
        chain,
        window_days,
        next_kind,
        count(*) as candidates,
        sum(is_hit) as accounts,
        avg(chance) as mean_chance
    from accounts_{{ length }}
    group by chain, window_days, next_kind
    having count(*) >= {{ rules['min_accounts'] }}
),

tests_{{ length }} as (
    select
        counts.*,
        {{ length }} as length,
        case
            when counts.accounts < counts.candidates * counts.mean_chance + 1 then 1.0
            else least(1.0, tails.tail)
        end as step_p
    from counts_{{ length }} as counts
    left join (
        {{ binomial_tail('counts_' ~ length, ['chain', 'window_days', 'next_kind']) | indent(8) }}
    ) as tails
        on
            counts.chain = tails.chain
            and counts.window_days = tails.window_days
            and counts.next_kind = tails.next_kind
),

-- Chains grow from what stands after Bonferroni's correction within its length.
found_{{ length }} as (
    select
        tests.chain,
        tests.window_days,
        tests.next_kind,
        tests.chain || ' > ' || tests.next_kind as longer_chain,
        {% if length > 2 -%} greatest(tests.step_p, prefixes.p_value) {%- else -%} tests.step_p {%- endif %} as p_value
    from tests_{{ length }} as tests
    {%- if length > 2 %}
    inner join found_{{ before }} as prefixes
        on tests.chain = prefixes.longer_chain and tests.window_days = prefixes.window_days
    {%- endif %}
    where
        tests.accounts >= {{ rules['min_accounts'] }}
        and tests.step_p * (select count(*) from tests_{{ length }}) <= {{ rules['max_p'] }}
),

ends_{{ length }} as (
    select distinct
        found.longer_chain as chain,
        pairs.window_days,
        pairs.account_id,
        pairs.to_at as moment,
        ends.has_calendar or kinds.by_calendar as has_calendar
    from pairs_{{ length }} as pairs
    inner join found_{{ length }} as found
        on
            pairs.chain = found.chain
            and pairs.window_days = found.window_days
            and pairs.next_kind = found.next_kind
    inner join ends_{{ before }} as ends
        on
            pairs.chain = ends.chain
            and pairs.window_days = ends.window_days
            and pairs.account_id = ends.account_id
            and pairs.from_at = ends.moment
    inner join {{ ref('signal_kinds') }} as kinds on pairs.next_kind = kinds.kind
    where pairs.is_hit
),

trials_{{ length }} as (
    select
        ends.chain,
        ends.window_days,
        shares.kind as next_kind,
        sum(shares.share) as expected_occurrences
    from ends_{{ before }} as ends
    inner join shares on ends.account_id = shares.account_id and ends.window_days = shares.window_days
    group by ends.chain, ends.window_days, shares.kind
),

occurrences_{{ length }} as (
    select
        pairs.chain,
        pairs.window_days,
        pairs.next_kind,
        count(distinct case when pairs.is_hit then (pairs.account_id || cast(pairs.from_at as string)) end) as occurrences,
        min(totals.trials) as trials,
        avg(case when pairs.is_hit then pairs.to_at - pairs.from_at end) as mean_lag_days
    from pairs_{{ length }} as pairs
    inner join (
        select
            chain,
            window_days,
            count(*) as trials
        from ends_{{ before }}
        group by chain, window_days
    ) as totals
        on pairs.chain = totals.chain and pairs.window_days = totals.window_days
    group by pairs.chain, pairs.window_days, pairs.next_kind
)
{%- endmacro %}

{#- The share of a circle of `span_days` that arcs of `window_days` from `arc_begin` cover together, by keys. -#}
{% macro arc_cover(arcs, keys) -%}
with pieces as (
    select
        {{ keys | join(', ') }},
        span_days,
        arc_begin as piece_begin,
        least(arc_begin + window_days, span_days) as piece_end
    from {{ arcs }}
    union all
    select
        {{ keys | join(', ') }},
        span_days,
        0.0 as piece_begin,
        arc_begin + window_days - span_days as piece_end
    from {{ arcs }}
    where arc_begin + window_days > span_days
),

fresh as (
    select
        {{ keys | join(', ') }},
        span_days,
        greatest(0.0, piece_end - greatest(piece_begin, coalesce(
            max(piece_end) over (
                partition by {{ keys | join(', ') }} order by piece_begin, piece_end rows between unbounded preceding and 1 preceding
            ), 0.0
        ))) as covered
    from pieces
)

select
    {{ keys | join(', ') }},
    least(1.0, sum(covered) / min(span_days)) as share
from fresh
group by {{ keys | join(', ') }}
{%- endmacro %}

{#- P(X >= accounts) for X binomial over `candidates` with `mean_chance`, from logarithms of factorials in `log_factorials`. -#}
{% macro binomial_tail(counts, keys) -%}
select
    {%- for key in keys %}
    counts.{{ key }},
    {%- endfor %}
    sum(exp(
        of_n.value - of_k.value - of_rest.value
        + of_k.n * ln(counts.mean_chance)
        + of_rest.n * ln(1 - counts.mean_chance)
    )) as tail
from {{ counts }} as counts
inner join log_factorials as of_n on counts.candidates = of_n.n
inner join log_factorials as of_k on of_k.n >= counts.accounts and of_k.n <= counts.candidates
inner join log_factorials as of_rest on counts.candidates - of_k.n = of_rest.n
where counts.mean_chance > 0 and counts.mean_chance < 1
group by {% for key in keys %}counts.{{ key }}{{ ", " if not loop.last }}{% endfor %}
{%- endmacro %}
