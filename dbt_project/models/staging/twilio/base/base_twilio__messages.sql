{{ typed_rows(
    'twilio', 'messages',
    {
        'native_id': ['Sid|sid|MessageSid|message_sid', 'text', 'required'],
        'from_address': ['From|from', 'lower'],
        'to_address': ['To|to', 'lower'],
        'text_original': ['Body|body', 'text'],
        'status': ['Status|status', 'lower'],
        'vendor_direction': ['Direction|direction', 'lower', 'required'],
        'occurred_at': ['DateSent|date_sent|SentDate|DateCreated|date_created', 'log_time', 'required'],
        'segments': ['NumSegments|num_segments', 'integer'],
        'price': ['Price|price', 'number'],
        'price_unit': ['PriceUnit|price_unit', 'lower'],
        'error_code': ['ErrorCode|error_code', 'text'],
        'error_message': ['ErrorMessage|error_message', 'text'],
    },
    derived={'is_deleted': 'false'}
) }}
