{%- set traits = {
    'name': ['name'], 'website': ['website', 'domain'], 'industry': ['industry'], 'plan_name': ['plan'], 'employees': ['employees'],
} -%}
with sightings as (
    {{ segment_sightings('group_id') | indent(4) }}
),

seen as (
    {{ segment_first_sighting('sightings', 'group_id') | indent(4) }}
),

described as (
    select
        group_id,
        {%- for name, fields in traits.items() %}
            {{ latest_trait(fields) }} as {{ name }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('stg_segment__events') }}
    where event_type = 'group' and group_id is not null
    group by group_id
)

select
    seen.group_id as native_id,
    described.name,
    described.website,
    {{ web_host('described.website') }} as domain,
    described.industry,
    described.plan_name,
    try_cast(described.employees as bigint) as employees,
    seen.first_seen_at,
    seen.last_seen_at,
    'segment:groups:' || seen.group_id as record_key,
    seen.first_drop_date,
    seen.first_recorded_at,
    seen.source_file,
    seen.source_row,
    seen.drop_date,
    seen.recorded_at
from seen
left join described on seen.group_id = described.group_id
