{{ typed_rows(
    'custom', 'interactions',
    {
        'native_id': ['id', 'text', 'required'],
        'occurred_at': ['occurred_at', 'timestamp', 'required'],
        'channel': ['channel', 'lower'],
        'kind': ['kind', 'lower'],
        'direction': ['direction', 'word', {
            'inbound': ['incoming', 'in', 'received'],
            'outbound': ['outgoing', 'out', 'sent'],
            'internal': ['private'],
        }],
        'author': ['author', 'word', {
            'customer': ['client', 'contact', 'user', 'end-user', 'visitor', 'lead'],
            'staff': ['admin', 'employee', 'operator', 'rep', 'representative'],
            'bot': ['system', 'automation'],
            'agent': ['assistant'],
        }],
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
