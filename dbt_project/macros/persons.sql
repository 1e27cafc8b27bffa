{#- CTEs `names` (the display name an address or number carries most often) and `first_sightings` (where it was met first). -#}
{% macro addressed_persons(sightings, key, address, name) -%}
name_counts as (
    select
        {{ key }},
        {{ name }} as full_name,
        count(*) as uses,
        max(occurred_at) as last_used_at
    from {{ sightings }}
    where {{ name }} is not null and lower({{ name }}) != {{ address }}
    group by {{ key }}, {{ name }}
),

names as (
    select
        {{ key }},
        full_name
    from name_counts
    qualify row_number() over (partition by {{ key }} order by uses desc, last_used_at desc, full_name asc) = 1
),

first_sightings as (
    select
        {{ key }},
        {{ address }},
        min({{ sightings }}.first_drop_date) over (partition by {{ key }}) as first_drop_date,
        min({{ sightings }}.first_recorded_at) over (partition by {{ key }}) as first_recorded_at,
        source_file,
        source_row
    from {{ sightings }}
    qualify row_number() over (partition by {{ key }} order by {{ sightings }}.first_drop_date, source_file, source_row, record_key) = 1
)
{%- endmacro %}

{#- The columns of person_records for a person known by an address or number alone; `identifier` is email or phone. -#}
{% macro addressed_person_columns(source_name, stream, identifier, kind='cast(null as string)') -%}
    {%- set address = {'twilio': 'customer_number'}.get(source_name, 'address') -%}
    {%- set key = {'twilio': 'number_record_key'}.get(source_name, 'address_record_key') -%}
    first_sightings.{{ key }} as record_key,
    '{{ source_name }}' as source,
    '{{ stream }}' as stream,
    first_sightings.{{ address }} as native_id,
    names.full_name,
    cast(null as string) as given_name,
    cast(null as string) as family_name,
    {{ 'first_sightings.' ~ address if identifier == 'email' else 'cast(null as string)' }} as email,
    {{ empty_list() }} as other_emails,
    {{ 'first_sightings.' ~ address if identifier == 'phone' else 'cast(null as string)' }} as phone,
    {{ empty_list() }} as other_phones,
    cast(null as string) as title,
    cast(null as string) as company_name,
    cast(null as string) as account_record_key,
    {{ empty_list() }} as external_ids,
    cast(null as string) as same_as_record_key,
    cast(null as string) as city,
    cast(null as string) as country,
    {{ kind }} as kind,
    first_sightings.first_drop_date,
    first_sightings.first_recorded_at,
    first_sightings.source_file,
    first_sightings.source_row
{%- endmacro %}

{#- The addresses that a person's record had before, as long as it was the same person's: one who was entered over another
    keeps neither name. A complete select, one row a record. -#}
{% macro earlier_emails(stream) -%}
select
    versions.record_key,
    {{ sorted_distinct_list('versions.email') }} as emails
from {{ ref('base_' ~ stream) }} as versions
inner join {{ ref('stg_' ~ stream) }} as latest on versions.record_key = latest.record_key
where
    versions.reject_reason is null
    and versions.email != coalesce(latest.email, '')
    and (
        {{ regex_extract('lower(versions.name)', '^([^ ]+)') }} = {{ regex_extract('lower(latest.name)', '^([^ ]+)') }}
        or {{ regex_extract('lower(versions.name)', '([^ ]+)$') }} = {{ regex_extract('lower(latest.name)', '([^ ]+)$') }}
    )
group by versions.record_key
{%- endmacro %}
