{{ typed_rows(
    'salesforce', 'tasks',
    {
        'native_id': ['Id', 'text', 'required'],
        'who_id': ['WhoId', 'text'],
        'what_id': ['WhatId', 'text'],
        'account_record_key': ['AccountId', 'key', 'salesforce:accounts'],
        'subject': ['Subject', 'text'],
        'activity_on': ['ActivityDate', 'date'],
        'status': ['Status', 'text'],
        'priority': ['Priority', 'text'],
        'type': ['Type', 'text'],
        'subtype': ['TaskSubtype', 'lower'],
        'text_original': ['Description', 'text'],
        'owner_record_key': ['OwnerId', 'key', 'salesforce:users'],
        'call_seconds': ['CallDurationInSeconds', 'integer'],
        'call_type': ['CallType', 'lower'],
        'completed_at': ['CompletedDateTime', 'timestamp'],
        'created_at': ['CreatedDate', 'timestamp'],
        'modified_at': ['LastModifiedDate|SystemModstamp', 'timestamp'],
        'is_deleted': ['IsDeleted', 'flag'],
    },
    derived={
        'occurred_at': 'coalesce(typed.completed_at, ' ~ midnight('typed.activity_on') ~ ', typed.created_at)',
    }
) }}
