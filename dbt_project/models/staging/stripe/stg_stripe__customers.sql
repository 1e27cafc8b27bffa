{{ latest_versions(ref('base_stripe__customers'), modified_at=none, tombstones=true) }}
