{{ latest_versions(ref('base_salesforce__opportunities')) }}
