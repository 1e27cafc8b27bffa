{{ typed_rows(
    'stripe', 'prices',
    {
        'native_id': ['id', 'text', 'required'],
        'product_record_key': ['product.id|product', 'key', 'stripe:products'],
        'unit_amount_minor': ['unit_amount', 'integer'],
        'currency': ['currency', 'lower'],
        'billing_interval': ['recurring.interval', 'lower'],
        'interval_count': ['recurring.interval_count', 'integer'],
        'nickname': ['nickname', 'text'],
        'is_active': ['active', 'boolean'],
        'created_at': ['created', 'unix'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
