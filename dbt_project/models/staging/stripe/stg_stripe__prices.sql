{{ latest_versions(ref('base_stripe__prices'), modified_at=none, tombstones=true) }}
