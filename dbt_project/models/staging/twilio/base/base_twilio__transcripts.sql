{{ typed_rows(
    'twilio', 'transcripts',
    {
        'native_id': ['sid', 'text', 'required'],
        'call_record_key': ['call_sid', 'key', 'twilio:calls', 'required'],
        'language': ['language', 'text'],
        'sentences': ['sentences', 'json'],
        'created_at': ['date_created', 'log_time'],
    },
    derived={'is_deleted': 'false'}
) }}
