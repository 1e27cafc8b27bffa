{%- set rules = var('signals')['support_spike'] %}
with threads as (
    select
        account_id,
        thread_id,
        min(occurred_at) as opened_at,
        {{ first_by('record_key') }} as record_key
    from {{ ref('interactions') }}
    where account_id is not null and channel in ('ticket', 'chat') and direction = 'inbound'
    group by account_id, thread_id
),

counted as (
    select
        threads.*,
        count(*) over recent_threads as recent,
        min(threads.opened_at) over recent_threads as first_opened_at,
        {{ first_by('threads.record_key', 'threads.opened_at', 'threads.record_key') }}
            over recent_threads as first_record_key,
        max(threads.opened_at) over recent_threads as last_opened_at,
        {{ last_by('threads.record_key', 'threads.opened_at', 'threads.record_key') }}
            over recent_threads as last_record_key,
        count(*) over earlier_threads as earlier,
        least(
            {{ rules['baseline'] }},
            {{ days_between('spans.first_day', 'threads.opened_at') }} - {{ rules['window'] }} + 1
        ) as earlier_days
    from threads
    inner join {{ ref('int_account_spans') }} as spans on threads.account_id = spans.account_id
    window
        recent_threads as (
            partition by threads.account_id order by {{ day_number('threads.opened_at') }}
            range between {{ rules['window'] - 1 }} preceding and current row
        ),
        earlier_threads as (
            partition by threads.account_id order by {{ day_number('threads.opened_at') }}
            range between {{ rules['window'] + rules['baseline'] - 1 }} preceding and {{ rules['window'] }} preceding
        )
),

measured as (
    select
        *,
        earlier * {{ rules['window'] }}.0 / earlier_days as expected,
        {{ rules['window'] }}.0 / earlier_days as baseline_scatter
    from counted
    where earlier_days >= {{ rules['min_history'] }}
),

spikes as (
    select *
    from measured
    where
        recent >= {{ rules['min_threads'] }}
        and recent >= {{ rules['min_ratio'] }} * expected
        and {{ count_z('recent', 'expected', 'baseline_scatter') }} >= {{ rules['min_z'] }}
)

select
    {{ signal(
        'support_spike',
        account_id='account_id',
        occurred_at='first_opened_at',
        detected_at='last_opened_at',
        value='recent',
        baseline='expected',
        subject='first_record_key',
        evidence=list_of(['first_record_key', 'last_record_key']),
        detail=rounded('recent') ~ " || ' support threads in " ~ rules['window'] ~ " days, ' || " ~ rounded('expected') ~ " || ' expected'",
    ) }}
from spikes
qualify {{ opens_episode('account_id', 'opened_at', var('signals')['episode_days'], 'record_key') }}
