{{ latest_versions(ref('base_agents__events'), modified_at=none) }}
