{#- Each night counts again the days that got new events, late ones included; other days stay as they are. -#}
{{ config(materialized='incremental', unique_key='day', incremental_strategy='delete+insert') }}

with events as (
    select
        {{ record_key('segment', 'users', 'user_id') }} as person_record_key,
        case when user_id is null then anonymous_id end as anonymous_id,
        {{ record_key('segment', 'groups', 'group_id') }} as group_record_key,
        {{ utc_date('occurred_at') }} as day,
        event_type,
        coalesce(event_name, page_path, event_type) as event_name,
        recorded_at
    from {{ ref('stg_segment__events') }}
    where event_type in ('track', 'page', 'screen')
)

select
    person_record_key,
    anonymous_id,
    group_record_key,
    day,
    event_type,
    event_name,
    count(*) as events,
    max(recorded_at) as recorded_at
from events
{%- set since = newest_seen() | trim %}
{%- if since %}
    where day in (
        select {{ utc_date('arrived.occurred_at') }}
        from {{ ref('stg_segment__events') }} as arrived
        where arrived.recorded_at >= {{ since }}
    )
{%- endif %}
group by person_record_key, anonymous_id, group_record_key, day, event_type, event_name
