{{ typed_rows(
    'custom', 'accounts',
    {
        'native_id': ['id', 'text', 'required'],
        'name': ['name', 'text'],
        'domain': ['domain', 'lower'],
        'phone': ['phone', 'text'],
        'city': ['city', 'text'],
        'country': ['country', 'text'],
        'industry': ['industry', 'text'],
        'created_at': ['created_at', 'timestamp'],
        'modified_at': ['modified_at', 'timestamp'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
