{{ latest_versions(ref('base_custom__people')) }}
