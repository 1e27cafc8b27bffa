{#- What the systems of record said of an entity's attributes, change by change: whenever one of its records changed,
    the value of the record that stood first then, or that none tells one any more, where it is another than before. A
    complete select.

    `deliveries` is a relation of what each version of a record told, as it was delivered: entity_id, attribute, value
    (null for nothing), record_key, precedence (text; the least stands first, at the same precedence what changed last),
    occurred_at, drop_date, recorded_at, source, source_file, load_id, source_row. What is delivered again counts from the first
    time; of two versions that claim the same time the later one holds. `created_at` is when all of it was known. -#}
{% macro standing_states(deliveries) -%}
with delivered as (
    select
        *,
        row_number() over (
            partition by record_key, attribute
            order by {{ by_delivery('desc') }}
        ) as recency
    from {{ deliveries }}
),

versions as (
    select
        entity_id,
        attribute,
        record_key,
        source,
        value,
        case when value is null then '1' else '0' end || precedence as precedence,
        occurred_at,
        min(recorded_at) as recorded_at,
        max_by(source_file, recency) as source_file,
        cast(max_by(source_row, recency) as bigint) as source_row
    from delivered
    group by entity_id, attribute, record_key, source, value, precedence, occurred_at
    qualify row_number() over (partition by record_key, attribute, occurred_at order by min(recency)) = 1
),

-- Where a tool tells no times, every drop is a version.
changes as (
    select *
    from (
        select
            *,
            lag(coalesce(value, '') || '|' || precedence) over (
                partition by record_key, attribute order by occurred_at
            ) as told_before
        from versions
    ) as compared_versions
    where told_before is null or told_before != coalesce(value, '') || '|' || precedence
),

spans as (
    select
        *,
        lead(occurred_at) over (partition by record_key, attribute order by occurred_at) as until_at
    from changes
),

moments as (
    select
        entity_id,
        attribute,
        occurred_at as moment,
        min(recorded_at) as known_at
    from changes
    group by entity_id, attribute, occurred_at
),

standing as (
    select
        spans.*,
        moments.moment,
        greatest(spans.recorded_at, moments.known_at) as created_at
    from moments
    inner join spans
        on
            moments.entity_id = spans.entity_id
            and moments.attribute = spans.attribute
            and moments.moment >= spans.occurred_at
            and moments.moment < coalesce(spans.until_at, {{ add_days('moments.moment', 1) }})
    qualify row_number() over (
        partition by moments.entity_id, moments.attribute, moments.moment
        order by spans.precedence, spans.occurred_at desc, spans.record_key
    ) = 1
),

compared as (
    select
        *,
        lag(value) over (partition by entity_id, attribute order by moment) as value_before
    from standing
)

select
    entity_id,
    attribute,
    coalesce(value, '*') as value,
    case when value is null then 'negated' else 'affirmed' end as polarity,
    moment as occurred_at,
    created_at,
    source,
    record_key,
    source_file,
    source_row
from compared
where coalesce(value, '') != coalesce(value_before, '')
{%- endmacro %}
