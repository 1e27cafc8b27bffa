{{ latest_versions(ref('base_intercom__companies')) }}
