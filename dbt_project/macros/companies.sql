{#- The names and domains that a company's record had before. `domain`: the expression of a version's domain.
    A complete select, one row a record. -#}
{% macro earlier_companies(stream, domain) -%}
select
    versions.record_key,
    {{ sorted_distinct_list("case when versions.name != coalesce(latest.name, '') then versions.name end") }} as names,
    {{ sorted_distinct_list("case when versions.domain != coalesce(latest.domain, '') then versions.domain end") }} as domains
from (
    select
        record_key,
        name,
        {{ domain }} as domain
    from {{ ref('base_' ~ stream) }}
    where reject_reason is null
) as versions
inner join (
    select
        record_key,
        name,
        {{ domain }} as domain
    from {{ ref('stg_' ~ stream) }}
) as latest on versions.record_key = latest.record_key
group by versions.record_key
{%- endmacro %}
