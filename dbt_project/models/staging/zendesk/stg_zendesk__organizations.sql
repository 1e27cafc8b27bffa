{{ latest_versions(ref('base_zendesk__organizations')) }}
