{#- The columns of a signal, one of them each: see models/marts/signals/_signals__models.yml. Instants are `timestamptz`, evidence a list of record keys. -#}
{% macro signal(kind, account_id, occurred_at, subject, evidence, detail, person_id='cast(null as string)', detected_at=none, severity='cast(null as string)', value='cast(null as double)', baseline='cast(null as double)') -%}
    '{{ kind }}' as kind,
    {{ account_id }} as account_id,
    {{ person_id }} as person_id,
    {{ occurred_at }} as occurred_at,
    {{ detected_at or occurred_at }} as detected_at,
    {{ severity }} as severity,
    round(cast({{ value }} as double), 4) as value,
    round(cast({{ baseline }} as double), 4) as baseline,
    {{ subject }} as subject_key,
    {{ evidence }} as evidence,
    {{ detail }} as detail
{%- endmacro %}

{#- Condition for `qualify`: no other row of the partition within so many days before. -#}
{% macro opens_episode(partition, at, days, tie) -%}
    coalesce(
        {{ seconds_between('lag(' ~ at ~ ') over (partition by ' ~ partition ~ ' order by ' ~ at ~ ', ' ~ tie ~ ')', at) }} > {{ days }} * 86400,
        true
    )
{%- endmacro %}

{#- Aggregate: the value of the row that is first or last by time, by key where several are at once. -#}
{% macro first_by(value, at='occurred_at', key='record_key') -%}
    min_by({{ value }}, {{ timestamp_text(at) }} || {{ key }})
{%- endmacro %}

{% macro last_by(value, at='occurred_at', key='record_key') -%}
    max_by({{ value }}, {{ timestamp_text(at) }} || {{ key }})
{%- endmacro %}

{#- A day's number since 2000, for windows over ranges of days. -#}
{% macro day_number(day) -%}
    {{ days_between("cast('2000-01-01' as date)", day) }}
{%- endmacro %}

{#- One row a day from one date to another of the relation, both included: its columns and `day`. A complete select. -#}
{% macro day_rows(relation, first_day, last_day) -%}
    {{ adapter.dispatch('day_rows')(relation, first_day, last_day) }}
{%- endmacro %}

{% macro duckdb__day_rows(relation, first_day, last_day) -%}
    select
        spans.*,
        cast(unnest(generate_series(spans.{{ first_day }}, spans.{{ last_day }}, interval 1 day)) as date) as day
    from {{ relation }} as spans
{%- endmacro %}

{% macro spark__day_rows(relation, first_day, last_day) -%}
    select
        spans.*,
        exploded.day
    from {{ relation }} as spans
    lateral view explode(
        case when spans.{{ first_day }} <= spans.{{ last_day }} then sequence(spans.{{ first_day }}, spans.{{ last_day }}) end
    ) exploded as day
{%- endmacro %}

{#- Standard deviations by which a count differs from what was expected, after Anscombe; `baseline_scatter` is the variance of
    the expectation as a share of the count's own, `scatter` the count's variance as a multiple of its mean (single events: 1). -#}
{% macro count_z(seen, expected, baseline_scatter, scatter='1') -%}
    round(2 * (sqrt({{ seen }} + 0.375) - sqrt({{ expected }} + 0.375)) / sqrt((1 + {{ baseline_scatter }}) * {{ scatter }}), 4)
{%- endmacro %}
