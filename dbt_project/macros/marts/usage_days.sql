{#- The days of usage that a night counts again: those with events since the newest run seen, or that have only now begun; with
    so many days `before` and `after` each. A complete select. -#}
{% macro outdated_usage_days(since, before=0, after=0) -%}
    select calendar.day
    from (select distinct day from {{ ref('typed_usage_daily') }}) as calendar
    inner join (
        select distinct day
        from {{ ref('typed_usage_daily') }}
        where recorded_at >= {{ since }} or {{ midnight('day') }} > {{ newest_seen('day') }}
    ) as touched
        on {{ days_between('touched.day', 'calendar.day') }} between -{{ before }} and {{ after }}
    group by calendar.day
{%- endmacro %}

{#- Takes out of usage_daily what this night counts again. -#}
{% macro delete_outdated_usage() -%}
    {%- set since = newest_seen() | trim -%}
    {%- if since -%}
        delete from {{ this }}
        where
            day in ({{ outdated_usage_days(since, after=var('usage_baseline_days')) }})
            or entities_hash not in (select entities.entities_hash from {{ ref('usage_entities') }} as entities)
    {%- endif -%}
{%- endmacro %}
