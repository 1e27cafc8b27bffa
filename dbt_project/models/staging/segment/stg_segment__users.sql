{%- set traits = {
    'email': ['email'], 'name': ['name'], 'first_name': ['firstName', 'first_name'], 'last_name': ['lastName', 'last_name'],
    'phone': ['phone'], 'title': ['title'], 'company_name': ['company.name', 'company'],
} -%}
with sightings as (
    {{ segment_sightings('user_id') | indent(4) }}
),

seen as (
    {{ segment_first_sighting('sightings', 'user_id') | indent(4) }}
),

identified as (
    select
        user_id,
        {%- for name, fields in traits.items() %}
            {{ latest_trait(fields) }} as {{ name }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('stg_segment__events') }}
    where event_type = 'identify' and user_id is not null
    group by user_id
),

latest_groups as (
    select
        user_record_key,
        group_record_key
    from {{ ref('stg_segment__user_groups') }}
    qualify row_number() over (partition by user_record_key order by last_at desc, group_record_key asc) = 1
)

select
    seen.user_id as native_id,
    lower(identified.email) as email,
    identified.name,
    identified.first_name,
    identified.last_name,
    identified.phone,
    identified.title,
    identified.company_name,
    latest_groups.group_record_key,
    seen.first_seen_at,
    seen.last_seen_at,
    'segment:users:' || seen.user_id as record_key,
    seen.first_drop_date,
    seen.first_recorded_at,
    seen.source_file,
    seen.source_row,
    seen.drop_date,
    seen.recorded_at
from seen
left join identified on seen.user_id = identified.user_id
left join latest_groups on 'segment:users:' || seen.user_id = latest_groups.user_record_key
