{{ typed_rows(
    'custom', 'interactions',
    {
        'native_id': ['id', 'text', 'required'],
        'occurred_at': ['occurred_at', 'timestamp', 'required'],
        'channel': ['channel', 'lower'],
        'kind': ['kind', 'lower'],
        'direction': ['direction', 'lower'],
        'author': ['author', 'lower'],
        'person_record_key': ['person_id', 'key', 'custom:people'],
        'account_record_key': ['account_id', 'key', 'custom:accounts'],
        'thread': ['thread', 'text'],
        'subject': ['subject', 'text'],
        'text_original': ['text', 'text'],
        'metadata': ['metadata', 'json'],
        'modified_at': ['modified_at', 'timestamp'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
