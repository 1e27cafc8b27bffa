{{ typed_rows(
    'intercom', 'companies',
    {
        'native_id': ['id', 'text', 'required'],
        'app_workspace_id': ['company_id', 'text'],
        'name': ['name', 'text'],
        'website': ['website', 'text'],
        'plan_name': ['plan.name', 'text'],
        'monthly_spend': ['monthly_spend', 'number'],
        'industry': ['industry', 'text'],
        'size': ['size', 'integer'],
        'created_at': ['created_at', 'unix'],
        'modified_at': ['updated_at', 'unix'],
    },
    derived={
        'domain': web_host('typed.website'),
        'is_deleted': 'false',
    }
) }}
