{{ typed_rows(
    'stripe', 'customers',
    {
        'native_id': ['id', 'text', 'required'],
        'name': ['name', 'text'],
        'email': ['email', 'email'],
        'phone': ['phone', 'text'],
        'address_line1': ['address.line1', 'text'],
        'address_line2': ['address.line2', 'text'],
        'city': ['address.city', 'text'],
        'region': ['address.state', 'text'],
        'postcode': ['address.postal_code', 'text'],
        'country': ['address.country', 'text'],
        'currency': ['currency', 'lower'],
        'is_delinquent': ['delinquent', 'flag'],
        'description': ['description', 'text'],
        'app_workspace_id': ['metadata.workspace_id', 'text'],
        'salesforce_account_record_key': ['metadata.salesforce_account_id', 'key', 'salesforce:accounts'],
        'metadata': ['metadata', 'json'],
        'created_at': ['created', 'unix'],
        'is_deleted': ['deleted', 'flag'],
    },
    derived={
        'street': trimmed("coalesce(typed.address_line1, '') || ' ' || coalesce(typed.address_line2, '')"),
    }
) }}
