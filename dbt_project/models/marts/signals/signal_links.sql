{%- set rules = var('patterns') %}
with pairs as (
    select
        earlier.account_id,
        earlier.signal_id as from_signal_id,
        later.signal_id as to_signal_id,
        earlier.kind as from_kind,
        later.kind as to_kind,
        earlier.occurred_at as from_at,
        later.occurred_at as to_at,
        {{ seconds_between('earlier.occurred_at', 'later.occurred_at') }} / 86400.0 as lag_days
    from {{ ref('signals') }} as earlier
    inner join {{ ref('signals') }} as later
        on earlier.account_id = later.account_id and earlier.kind != later.kind
    inner join {{ ref('signal_kinds') }} as earlier_kinds on earlier.kind = earlier_kinds.kind
    inner join {{ ref('signal_kinds') }} as later_kinds on later.kind = later_kinds.kind
    where
        later.occurred_at > earlier.occurred_at
        and not (earlier_kinds.by_calendar and later_kinds.by_calendar)
),

-- Of many of a kind the nearest tell what came before and after: a large account has a slow ticket every day.
near as (
    select *
    from pairs
    where lag_days <= {{ rules['windows'] | max }}
    qualify
        row_number() over (partition by to_signal_id, from_kind order by lag_days, from_signal_id) = 1
        or row_number() over (partition by from_signal_id, to_kind order by lag_days, to_signal_id) = 1
),

patterns as (
    select
        pattern_id,
        {{ list_item('steps', 1) }} as from_kind,
        {{ list_item('steps', 2) }} as to_kind,
        window_days,
        adjusted_p_value,
        is_significant
    from {{ ref('signal_patterns') }}
    where length = 2
)

select
    {{ hash_id('lnk', ['near.from_signal_id', 'near.to_signal_id']) }} as link_id,
    near.account_id,
    near.from_signal_id,
    near.to_signal_id,
    near.from_kind,
    near.to_kind,
    near.from_at,
    near.to_at,
    round(near.lag_days, 2) as lag_days,
    patterns.pattern_id,
    patterns.window_days as pattern_window_days,
    patterns.adjusted_p_value as pattern_p_value,
    coalesce(patterns.is_significant, false) as is_recurrent,
    {{ list_union('earlier.evidence', 'later.evidence') }} as evidence
from near
inner join {{ ref('signals') }} as earlier on near.from_signal_id = earlier.signal_id
inner join {{ ref('signals') }} as later on near.to_signal_id = later.signal_id
left join patterns
    on
        near.from_kind = patterns.from_kind
        and near.to_kind = patterns.to_kind
        and near.lag_days <= patterns.window_days
-- Of the windows that hold the lag, the one in which the pattern is least by chance.
qualify row_number() over (
    partition by near.from_signal_id, near.to_signal_id
    order by patterns.adjusted_p_value, patterns.window_days
) = 1
