{{ typed_rows(
    'zendesk', 'organizations',
    {
        'native_id': ['id', 'text', 'required'],
        'name': ['name', 'text'],
        'domain_names': ['domain_names', 'list'],
        'app_workspace_id': ['external_id', 'text'],
        'details': ['details', 'text'],
        'tags': ['tags', 'list'],
        'created_at': ['created_at', 'timestamp'],
        'modified_at': ['updated_at', 'timestamp'],
        'deleted_at': ['deleted_at', 'timestamp'],
    },
    derived={'is_deleted': 'typed.deleted_at is not null'}
) }}
