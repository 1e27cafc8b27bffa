{#- A night counts again the days that got new events, the days whose baseline they are part of, and accounts that
    consist of other records or people than before; all other rows stay as they are. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_outdated_usage() }}"
) }}

{%- set baseline_days = var('usage_baseline_days') %}
{%- set since = newest_seen() | trim %}
with identified as (
    select
        entities.account_id,
        entities.person_id,
        entities.record_key,
        entities.entities_hash,
        {%- if since %}
            entities.entities_hash not in (
                select known.entities_hash from {{ this }} as known
            ) as is_outdated,
        {%- endif %}
        usage.day,
        usage.event_type,
        usage.event_name,
        usage.events,
        usage.recorded_at
    from {{ ref('typed_usage_daily') }} as usage
    inner join {{ ref('usage_entities') }} as entities
        on
            usage.person_record_key is not distinct from entities.person_record_key
            and usage.anonymous_id is not distinct from entities.anonymous_id
            and usage.group_record_key is not distinct from entities.group_record_key
    where usage.day <= {{ as_of_date() }}
),

counted as (
    select
        account_id,
        person_id,
        day,
        event_type,
        event_name,
        min(entities_hash) as entities_hash,
        cast(sum(events) as bigint) as events,
        min(record_key) as record_key,
        max(recorded_at) as recorded_at
    from identified
    {%- if since %}
        where is_outdated or day in ({{ outdated_usage_days(since, before=baseline_days, after=baseline_days) }})
    {%- endif %}
    group by account_id, person_id, day, event_type, event_name
),

account_days as (
    select
        account_id,
        event_type,
        event_name,
        day,
        sum(events) as account_events
    from counted
    where account_id is not null
    group by account_id, event_type, event_name, day
),

baselines as (
    select
        account_id,
        event_type,
        event_name,
        day,
        account_events,
        sum(account_events) over (
            partition by account_id, event_type, event_name
            order by {{ days_between("cast('2000-01-01' as date)", 'day') }}
            range between {{ baseline_days }} preceding and 1 preceding
        ) as trailing_events
    from account_days
)

select
    {{ hash_id('use', [
        'counted.account_id', 'counted.person_id', 'counted.day', 'counted.event_type', 'counted.event_name'
    ]) }} as usage_id,
    counted.account_id,
    counted.person_id,
    counted.day,
    counted.event_type,
    counted.event_name,
    counted.events,
    cast(baselines.account_events as bigint) as account_events,
    round(coalesce(baselines.trailing_events, 0) / {{ baseline_days }}.0, 4) as account_baseline,
    counted.record_key,
    counted.recorded_at,
    counted.entities_hash
from counted
left join baselines
    on
        counted.account_id = baselines.account_id
        and counted.event_type = baselines.event_type
        and counted.event_name = baselines.event_name
        and counted.day = baselines.day
{%- if since %}
    where
        counted.day in ({{ outdated_usage_days(since, after=baseline_days) }})
        or counted.entities_hash not in (
            select known.entities_hash from {{ this }} as known
        )
{%- endif %}
