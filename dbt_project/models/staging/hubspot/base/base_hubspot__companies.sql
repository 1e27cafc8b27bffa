{{ typed_rows(
    'hubspot', 'companies',
    {
        'native_id': ['Record ID|Record ID - Company', 'text', 'required'],
        'name': ['Company name', 'text'],
        'website': ['Company Domain Name', 'text'],
        'phone': ['Phone Number', 'text'],
        'street': ['Street Address', 'text'],
        'city': ['City', 'text'],
        'region': ['State/Region', 'text'],
        'postcode': ['Postal Code', 'text'],
        'country': ['Country/Region', 'text'],
        'industry': ['Industry', 'text'],
        'number_of_employees': ['Number of Employees', 'integer'],
        'lifecycle_stage': ['Lifecycle Stage', 'text'],
        'owner_name': ['Company owner', 'text'],
        'created_at': ['Create Date', 'timestamp'],
        'modified_at': ['Last Modified Date', 'timestamp'],
    },
    derived={
        'domain': web_host('typed.website'),
        'is_deleted': 'false',
    }
) }}
