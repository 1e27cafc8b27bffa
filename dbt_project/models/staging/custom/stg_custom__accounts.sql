{{ config(materialized='view') }}

{{ latest_versions(ref('base_custom__accounts')) }}
