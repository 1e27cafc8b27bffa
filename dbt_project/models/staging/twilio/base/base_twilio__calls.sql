{{ typed_rows(
    'twilio', 'calls',
    {
        'native_id': ['Sid|sid|CallSid|call_sid', 'text', 'required'],
        'parent_record_key': ['ParentCallSid|parent_call_sid', 'key', 'twilio:calls'],
        'from_address': ['From|from', 'lower'],
        'to_address': ['To|to', 'lower'],
        'status': ['Status|status', 'lower'],
        'vendor_direction': ['Direction|direction', 'lower', 'required'],
        'started_at': ['StartTime|start_time', 'log_time', 'required'],
        'ended_at': ['EndTime|end_time', 'log_time'],
        'duration_seconds': ['Duration|duration', 'integer'],
        'answered_by': ['AnsweredBy|answered_by', 'text'],
        'caller_name': ['CallerName|caller_name', 'text'],
        'price': ['Price|price', 'number'],
        'price_unit': ['PriceUnit|price_unit', 'lower'],
    },
    derived={'is_deleted': 'false'}
) }}
