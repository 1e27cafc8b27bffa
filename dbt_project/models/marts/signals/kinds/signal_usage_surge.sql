{%- set usage = var('signals')['usage'] %}
with changed as (
    select
        *,
        {{ midnight('day') }} as seen_at
    from {{ ref('int_usage_windows') }}
    where recent_events >= most_expected * {{ usage['surge_ratio'] }} and surge_z >= {{ usage['min_z'] }}
)

select
    {{ signal(
        'usage_surge',
        account_id='account_id',
        occurred_at=add_days('seen_at', -(usage['window'] // 2)),
        detected_at='seen_at',
        severity="cast(null as string)",
        value='recent_events',
        baseline='most_expected',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail=rounded('recent_events') ~ " || ' events in " ~ usage['window'] ~ " days, ' || " ~ rounded('most_expected') ~ " || ' expected'",
    ) }}
from changed
qualify {{ opens_episode('account_id', 'seen_at', var('signals')['episode_days'], 'day') }}
