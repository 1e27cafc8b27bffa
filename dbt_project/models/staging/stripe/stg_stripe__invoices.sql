{{ latest_versions(ref('base_stripe__invoices'), modified_at=none, tombstones=true) }}
