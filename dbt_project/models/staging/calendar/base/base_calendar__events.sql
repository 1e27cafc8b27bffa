{{ typed_rows(
    'calendar', 'events',
    {
        'uid': ['uid', 'text', 'required'],
        'recurrence_id': ['recurrence_id', 'text'],
        'sequence': ['sequence', 'integer'],
        'title': ['summary', 'text'],
        'text_original': ['description', 'text'],
        'starts_at': ['dtstart', 'timestamp', 'required'],
        'ends_at': ['dtend', 'timestamp'],
        'is_all_day': ['all_day', 'flag'],
        'location': ['location', 'text'],
        'organizer_name': ['organizer.name', 'text'],
        'organizer_address': ['organizer.email', 'email'],
        'attendees': ['attendees', 'json'],
        'status': ['status', 'lower'],
        'rrule': ['rrule', 'text'],
        'occurrences': ['occurrences', 'json'],
        'calendar': ['calendar', 'text'],
        'created_at': ['created', 'timestamp'],
        'last_modified_at': ['last_modified', 'timestamp'],
        'stamped_at': ['dtstamp', 'timestamp'],
    },
    native_id="typed.uid || coalesce('/' || typed.recurrence_id, '')",
    derived={
        'modified_at': 'coalesce(typed.last_modified_at, typed.stamped_at)',
        'is_deleted': 'false',
    }
) }}
