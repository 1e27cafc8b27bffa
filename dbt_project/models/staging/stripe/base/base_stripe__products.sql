{{ typed_rows(
    'stripe', 'products',
    {
        'native_id': ['id', 'text', 'required'],
        'name': ['name', 'text'],
        'description': ['description', 'text'],
        'is_active': ['active', 'boolean'],
        'metadata': ['metadata', 'json'],
        'created_at': ['created', 'unix'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
