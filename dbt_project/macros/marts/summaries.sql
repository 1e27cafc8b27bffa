{#- CTEs that both summaries share, by `entity` (account or person): last contact by channel, open items, next dates, current signals.
    Each holds JSON arrays in a fixed order. -#}
{% macro summary_parts(entity) -%}
{%- set id = entity ~ '_id' -%}
last_contacts as (
    select
        {{ id }},
        channel,
        kind,
        direction,
        occurred_at,
        record_key
    from {{ ref('interactions') }}
    where {{ id }} is not null and direction in ('inbound', 'outbound') and {{ is_contact() }}
    qualify row_number() over (partition by {{ id }}, channel order by occurred_at desc, record_key) = 1
),

channels as (
    select
        {{ id }},
        {{ json_objects(
            {'channel': 'channel', 'kind': 'kind', 'direction': 'direction', 'occurred_at': timestamp_text('occurred_at'), 'record_key': 'record_key'},
            newest_first_text('occurred_at') ~ ' || channel',
        ) }} as last_by_channel
    from last_contacts
    group by {{ id }}
),

open_items as (
    select
        {{ id }},
        {{ json_objects(
            {
                'kind': 'kind', 'text': 'text', 'since': timestamp_text('since'), 'due_on': 'cast(due_on as string)',
                'record_key': 'record_key',
            },
            "(coalesce(cast(due_on as string), '~') || kind || record_key || text)",
        ) }} as open_items,
        count(*) filter (where kind = 'ticket') as open_tickets,
        count(*) filter (where kind = 'promise by staff') as open_promises
    from {{ ref('int_open_items') }}
    where {{ id }} is not null
    group by {{ id }}
),

next_dates as (
    select
        {{ id }},
        {{ json_objects(
            {'kind': 'kind', 'on': 'cast(due_on as string)', 'text': 'text', 'record_key': 'record_key'},
            "(cast(due_on as string) || kind || record_key || text)",
        ) }} as next_dates
    from (
        -- A meeting stands there for each who takes part.
        select distinct
            {{ id }},
            kind,
            due_on,
            text,
            record_key
        from {{ ref('int_next_dates') }}
        where {{ id }} is not null
    ) as dates
    group by {{ id }}
),

current_signals as (
    select
        {{ id }},
        {{ json_objects(
            {
                'signal_id': 'signal_id', 'kind': 'kind', 'occurred_at': timestamp_text('occurred_at'), 'severity': 'severity',
                'detail': 'detail',
            },
            newest_first_text('occurred_at') ~ ' || signal_id',
        ) }} as current_signals,
        count(*) filter (where tone = 'risk') as current_risks
    from {{ ref('signals') }}
    -- By when it could be noticed: some show only months after they happened, and would never be current.
    where {{ id }} is not null and detected_at > {{ add_days(as_of(), -var('current_days')) }}
    group by {{ id }}
)
{%- endmacro %}
