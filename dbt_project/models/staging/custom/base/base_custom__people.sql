{{ typed_rows(
    'custom', 'people',
    {
        'native_id': ['id', 'text', 'required'],
        'name': ['name', 'text'],
        'email': ['email', 'email'],
        'phone': ['phone', 'text'],
        'title': ['title', 'text'],
        'company_name': ['company', 'text'],
        'account_record_key': ['account_id', 'key', 'custom:accounts'],
        'kind': ['kind', 'lower'],
        'created_at': ['created_at', 'timestamp'],
        'modified_at': ['modified_at', 'timestamp'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
