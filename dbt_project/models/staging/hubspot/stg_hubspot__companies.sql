{{ latest_versions(ref('base_hubspot__companies')) }}
