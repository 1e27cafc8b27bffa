{{ typed_rows(
    'salesforce', 'users',
    {
        'native_id': ['Id', 'text', 'required'],
        'username': ['Username', 'lower'],
        'name': ['Name', 'text'],
        'first_name': ['FirstName', 'text'],
        'last_name': ['LastName', 'text'],
        'email': ['Email', 'email'],
        'title': ['Title', 'text'],
        'phone': ['Phone', 'text'],
        'is_active': ['IsActive', 'boolean'],
        'created_at': ['CreatedDate', 'timestamp'],
        'modified_at': ['LastModifiedDate|SystemModstamp', 'timestamp'],
        'is_deleted': ['IsDeleted', 'flag'],
    }
) }}
