{{ typed_rows(
    'zendesk', 'ticket_comments',
    {
        'native_id': ['id', 'text', 'required'],
        'ticket_record_key': ['ticket_id', 'key', 'zendesk:tickets', 'required'],
        'author_record_key': ['author_id', 'key', 'zendesk:users'],
        'is_public': ['public', 'boolean'],
        'via_channel': ['via.channel', 'lower'],
        'plain_body': ['plain_body|body', 'text'],
        'html_body': ['html_body', 'text'],
        'attachments': ['attachments', 'json'],
        'occurred_at': ['created_at', 'timestamp', 'required'],
    },
    derived={'is_deleted': 'false'}
) }}
