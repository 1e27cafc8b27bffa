{{ typed_rows(
    'intercom', 'contacts',
    {
        'native_id': ['id', 'text', 'required'],
        'role': ['role', 'lower'],
        'app_user_id': ['external_id', 'text'],
        'email': ['email', 'email'],
        'phone': ['phone', 'text'],
        'name': ['name', 'text'],
        'company_ids': ['companies.data', 'list', 'id'],
        'country': ['location.country', 'text'],
        'city': ['location.city', 'text'],
        'is_unsubscribed': ['unsubscribed_from_emails', 'flag'],
        'last_seen_at': ['last_seen_at', 'unix'],
        'custom_attributes': ['custom_attributes', 'json'],
        'created_at': ['created_at', 'unix'],
        'modified_at': ['updated_at', 'unix'],
        'is_deleted': ['deleted', 'flag'],
    },
    derived={
        'company_record_keys': list_prefixed('typed.company_ids', 'intercom:companies:'),
    }
) }}
