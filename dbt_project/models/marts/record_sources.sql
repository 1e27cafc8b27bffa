{#- Where every record that a signal or timeline entry cites came from. -#}
{{ config(materialized='view') }}

with cited as (
    select
        record_key,
        source_file,
        source_row
    from {{ ref('typed_interactions') }}
    union all
    select
        record_key,
        source_file,
        source_row
    from {{ ref('identity_links') }}
    union all
    select
        record_key,
        source_file,
        source_row
    from {{ ref('invoices') }}
    union all
    select
        record_key,
        source_file,
        source_row
    from {{ ref('subscriptions') }}
    union all
    select
        record_key,
        source_file,
        source_row
    from {{ ref('opportunities') }}
    union all
    select
        record_key,
        source_file,
        source_row
    from {{ ref('stg_stripe__charges') }}
)

select
    record_key,
    min(source_file) as source_file,
    cast(min_by(source_row, source_file) as bigint) as source_row
from cited
group by record_key
