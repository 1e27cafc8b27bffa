{{ typed_rows(
    'knowledge', 'documents',
    {
        'native_id': ['path', 'text', 'required'],
        'title': ['title', 'text'],
        'text': ['text', 'text'],
        'front_matter': ['front_matter', 'json'],
    },
    derived={
        'is_dated': regex_like('typed.source_file', '(^|/)[0-9]{4}-[0-9]{2}-[0-9]{2}/'),
    }
) }}
