{{ latest_versions(ref('base_stripe__charges'), modified_at=none, tombstones=true) }}
