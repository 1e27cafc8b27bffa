{{ typed_rows(
    'hubspot', 'contacts',
    {
        'native_id': ['Record ID|Record ID - Contact', 'text', 'required'],
        'first_name': ['First Name', 'text'],
        'last_name': ['Last Name', 'text'],
        'email': ['Email', 'email'],
        'phone': ['Phone Number', 'text'],
        'mobile_phone': ['Mobile Phone Number', 'text'],
        'title': ['Job Title', 'text'],
        'company_name': ['Company Name', 'text'],
        'company_ids': [
            'Associated Company IDs|Associated Company IDs (Primary)|Primary Associated Company ID', 'text',
        ],
        'lifecycle_stage': ['Lifecycle Stage', 'text'],
        'lead_status': ['Lead Status', 'text'],
        'owner_name': ['Contact owner', 'text'],
        'city': ['City', 'text'],
        'country': ['Country/Region', 'text'],
        'last_activity_at': ['Last Activity Date', 'timestamp'],
        'created_at': ['Create Date', 'timestamp'],
        'modified_at': ['Last Modified Date', 'timestamp'],
    },
    derived={
        'name': trimmed("coalesce(typed.first_name, '') || ' ' || coalesce(typed.last_name, '')"),
        'company_record_keys': list_prefixed(split_list('typed.company_ids', ';'), 'hubspot:companies:'),
        'is_deleted': 'false',
    }
) }}
