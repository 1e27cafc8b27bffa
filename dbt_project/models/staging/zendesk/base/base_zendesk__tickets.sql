{{ typed_rows(
    'zendesk', 'tickets',
    {
        'native_id': ['id', 'text', 'required'],
        'subject': ['subject|raw_subject', 'text'],
        'text_original': ['description', 'text'],
        'status': ['status', 'lower'],
        'priority': ['priority', 'lower'],
        'type': ['type', 'lower'],
        'requester_record_key': ['requester_id', 'key', 'zendesk:users'],
        'submitter_record_key': ['submitter_id', 'key', 'zendesk:users'],
        'assignee_record_key': ['assignee_id', 'key', 'zendesk:users'],
        'organization_record_key': ['organization_id', 'key', 'zendesk:organizations'],
        'via_channel': ['via.channel', 'lower'],
        'tags': ['tags', 'list'],
        'satisfaction_score': ['satisfaction_rating.score', 'lower'],
        'satisfaction_comment': ['satisfaction_rating.comment', 'text'],
        'custom_fields': ['custom_fields', 'json'],
        'generated_at': ['generated_timestamp', 'unix'],
        'created_at': ['created_at', 'timestamp', 'required'],
        'updated_at': ['updated_at', 'timestamp'],
    },
    derived={
        'modified_at': 'coalesce(typed.updated_at, typed.generated_at)',
        'is_deleted': "coalesce(typed.status = 'deleted', false)",
    }
) }}
