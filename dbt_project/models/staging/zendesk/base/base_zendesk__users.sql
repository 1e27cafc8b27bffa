{{ typed_rows(
    'zendesk', 'users',
    {
        'native_id': ['id', 'text', 'required'],
        'name': ['name', 'text'],
        'email': ['email', 'email'],
        'phone': ['phone', 'text'],
        'role': ['role', 'lower'],
        'organization_record_key': ['organization_id', 'key', 'zendesk:organizations'],
        'app_user_id': ['external_id', 'text'],
        'alias': ['alias', 'text'],
        'is_active': ['active', 'boolean'],
        'is_suspended': ['suspended', 'flag'],
        'notes': ['notes', 'text'],
        'tags': ['tags', 'list'],
        'time_zone': ['time_zone', 'text'],
        'locale': ['locale', 'text'],
        'created_at': ['created_at', 'timestamp'],
        'modified_at': ['updated_at', 'timestamp'],
    },
    derived={'is_deleted': 'not coalesce(typed.is_active, true)'}
) }}
