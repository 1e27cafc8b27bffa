with records as (
    select
        'person' as entity_type,
        record_key,
        source,
        stream,
        first_drop_date,
        source_file,
        source_row
    from {{ ref('person_records') }}
    union all
    select
        'account' as entity_type,
        record_key,
        source,
        stream,
        first_drop_date,
        source_file,
        source_row
    from {{ ref('account_records') }}
)

select
    links.record_key,
    links.entity_type,
    links.entity_id,
    links.kind,
    cast(links.probability as double) as probability,
    links.rule,
    links.model_version,
    records.source,
    records.stream,
    records.first_drop_date,
    records.source_file,
    cast(records.source_row as bigint) as source_row
from {{ source('identity_output', 'links') }} as links
inner join records
    on links.record_key = records.record_key and links.entity_type = records.entity_type
