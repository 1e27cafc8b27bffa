{{ latest_versions(ref('base_zendesk__users')) }}
