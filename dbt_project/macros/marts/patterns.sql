{#- How the chance of a pattern is found.

    Null model: within an account, the times of the next signal are turned as a whole around the circle of the account's
    observed time, every turn being equally likely. That keeps how many signals there are and how they cluster, and breaks
    only what ties them to the steps before. The chance that a turned account still shows the pattern is exact: the share
    of turns that bring some pair of signals within the window, the measure of a union of arcs over the whole circle.
    Over the accounts that have both, the number which show the pattern is then Poisson-binomial; its tail is bounded from
    above by the binomial of the mean chance (Hoeffding 1956), so that no p-value is too small.

    The circle is the time in which both steps are possible: a usage drop needs weeks of history, and days on which it
    could not be seen would make it look tied to whatever comes late. And accounts must be independent for the tail: what
    hits many at once, an outage or a price rise, is one event. Of accounts that show the pattern from the same fortnight on
    no more count than an even spread over the portfolio's time would bring (its mean and three standard deviations). -#}

{#- Days of an account's time before which no signal of a kind is possible, as the models of the kinds ask for history. -#}
{% macro warm_up_days(kind) -%}
{%- set rules = var('signals') -%}
{%- set usage = rules['usage'] -%}
    case
        when {{ kind }} in ('usage_drop', 'usage_surge')
            then {{ usage['window'] + usage['min_history'] - 1 - usage['window'] // 2 }}
        when {{ kind }} = 'feature_abandoned' then {{ rules['feature_abandoned']['min_history'] }}
        when {{ kind }} = 'onboarding_stalled' then {{ rules['onboarding_stalled']['days'] }}
        when {{ kind }} = 'support_spike' then {{ rules['support_spike']['min_history'] }}
        when {{ kind }} = 'new_executive' then {{ rules['new_executive']['settle'] }}
        when {{ kind }} = 'silence' then {{ rules['silence']['days'] }}
        else 0
    end
{%- endmacro %}

{#- Where on a circle the turns begin that bring one instant after another within a window. -#}
{% macro arc_begin(to_at, from_at, window_days, circle_days) -%}
    {{ to_at }} - {{ from_at }} - {{ window_days }}
        - {{ circle_days }} * floor(({{ to_at }} - {{ from_at }} - {{ window_days }}) / {{ circle_days }})
{%- endmacro %}

{#- CTEs for chains of n steps, grown from `ends_<n-1>` (where chains of n-1 steps end: chain, window_days, account_id, moment, and the account's time):
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
        events.is_over,
        events.first_day_number,
        greatest(ends.warm_up, events.warm_up) as warm_up,
        events.span_days - greatest(ends.warm_up, events.warm_up) as circle_days,
        events.moment > ends.moment and events.moment <= ends.moment + ends.window_days as is_hit
    from ends_{{ before }} as ends
    inner join events on ends.account_id = events.account_id
    where
        least(ends.moment, events.moment) >= greatest(ends.warm_up, events.warm_up)
        and (' > ' || ends.chain || ' > ') not like ('% > ' || events.kind || ' > %')
        and not (ends.has_calendar and events.by_calendar)
),

arcs_{{ length }} as (
    select
        chain,
        window_days,
        next_kind,
        account_id,
        circle_days,
        {{ arc_begin('to_at', 'from_at', 'window_days', 'circle_days') }} as arc_begin
    from pairs_{{ length }}
    where window_days < circle_days
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
        min(case when pairs.is_hit then floor((pairs.first_day_number + pairs.from_at) / 14.0) end) as fortnight,
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

fortnights_{{ length }} as (
    select
        chain,
        window_days,
        next_kind,
        count(*) as hits,
        sum(count(*)) over (partition by chain, window_days, next_kind) / (select fortnights from portfolio) as mean_hits
    from accounts_{{ length }}
    where is_hit = 1
    group by chain, window_days, next_kind, fortnight
),

crowds_{{ length }} as (
    select
        chain,
        window_days,
        next_kind,
        cast(sum(greatest(0, hits - ceil(mean_hits + 3 * sqrt(mean_hits)))) as bigint) as accounts
    from fortnights_{{ length }}
    group by chain, window_days, next_kind
),

counts_{{ length }} as (
    select
        seen.chain,
        seen.window_days,
        seen.next_kind,
        seen.candidates as candidates_seen,
        seen.accounts as accounts_seen,
        seen.candidates - coalesce(crowds.accounts, 0) as candidates,
        seen.accounts - coalesce(crowds.accounts, 0) as accounts,
        seen.mean_chance
    from (
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
    ) as seen
    left join crowds_{{ length }} as crowds
        on
            seen.chain = crowds.chain
            and seen.window_days = crowds.window_days
            and seen.next_kind = crowds.next_kind
),

tests_{{ length }} as (
    select
        counts.*,
        {{ length }} as length,
        case
            when
                counts.accounts < counts.candidates * counts.mean_chance + 1
                or counts.accounts < {{ rules['min_accounts'] }}
                then 1.0
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
        pairs.span_days,
        pairs.is_over,
        pairs.warm_up,
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

followed_{{ length }} as (
    select distinct
        chain,
        window_days,
        next_kind,
        account_id,
        from_at
    from pairs_{{ length }}
    where is_hit
),

-- What may still follow says nothing yet: ends whose window is not over are no trials.
trials_{{ length }} as (
    select
        ends.chain,
        ends.window_days,
        kinds.kind as next_kind,
        count(*) as trials,
        count(followed.account_id) as followed,
        sum(coalesce(shares.share, 0.0)) as expected
    from ends_{{ before }} as ends
    cross join event_kinds as kinds
    left join shares
        on
            ends.account_id = shares.account_id
            and ends.window_days = shares.window_days
            and kinds.kind = shares.kind
    left join followed_{{ length }} as followed
        on
            ends.chain = followed.chain
            and ends.window_days = followed.window_days
            and kinds.kind = followed.next_kind
            and ends.account_id = followed.account_id
            and ends.moment = followed.from_at
    where
        (ends.is_over or ends.moment + ends.window_days <= ends.span_days)
        and ends.moment >= greatest(ends.warm_up, kinds.warm_up)
    group by ends.chain, ends.window_days, kinds.kind
),

occurrences_{{ length }} as (
    select
        chain,
        window_days,
        next_kind,
        count(distinct case when is_hit then (account_id || cast(from_at as string)) end) as occurrences,
        avg(case when is_hit then to_at - from_at end) as mean_lag_days
    from pairs_{{ length }}
    group by chain, window_days, next_kind
)
{%- endmacro %}

{#- The share of a circle of `circle_days` that arcs of `window_days` from `arc_begin` cover together, by keys. -#}
{% macro arc_cover(arcs, keys) -%}
with pieces as (
    select
        {{ keys | join(', ') }},
        circle_days,
        arc_begin as piece_begin,
        least(arc_begin + window_days, circle_days) as piece_end
    from {{ arcs }}
    union all
    select
        {{ keys | join(', ') }},
        circle_days,
        0.0 as piece_begin,
        arc_begin + window_days - circle_days as piece_end
    from {{ arcs }}
    where arc_begin + window_days > circle_days
),

fresh as (
    select
        {{ keys | join(', ') }},
        circle_days,
        greatest(0.0, piece_end - greatest(piece_begin, coalesce(
            max(piece_end) over (
                partition by {{ keys | join(', ') }} order by piece_begin, piece_end rows between unbounded preceding and 1 preceding
            ), 0.0
        ))) as covered
    from pieces
)

select
    {{ keys | join(', ') }},
    least(1.0, sum(covered) / min(circle_days)) as share
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
