{%- set usage = var('signals')['usage'] %}
with changed as (
    select
        *,
        {{ midnight('day') }} as seen_at
    from {{ ref('int_usage_windows') }}
    where recent_events <= least_expected * {{ usage['drop_ratio'] }} and drop_z <= -{{ usage['min_z'] }}
)

select
    {{ signal(
        'usage_drop',
        account_id='account_id',
        occurred_at=add_days('seen_at', -(usage['window'] // 2)),
        detected_at='seen_at',
        severity="case when recent_events <= least_expected * 0.3 then 'high' end",
        value='recent_events',
        baseline='least_expected',
        subject='record_key',
        evidence=list_of(['record_key']),
        detail=rounded('recent_events') ~ " || ' events in " ~ usage['window'] ~ " days, ' || " ~ rounded('least_expected') ~ " || ' expected'",
    ) }}
from changed
qualify {{ opens_episode('account_id', 'seen_at', var('signals')['episode_days'], 'day') }}
