{{ latest_versions(ref('base_stripe__products'), modified_at=none, tombstones=true) }}
