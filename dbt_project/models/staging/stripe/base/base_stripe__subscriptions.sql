{{ typed_rows(
    'stripe', 'subscriptions',
    {
        'native_id': ['id', 'text', 'required'],
        'customer_record_key': ['customer.id|customer', 'key', 'stripe:customers'],
        'status': ['status', 'lower'],
        'currency': ['currency', 'lower'],
        'start_at': ['start_date', 'unix'],
        'current_period_start_at': ['current_period_start', 'unix'],
        'current_period_end_at': ['current_period_end', 'unix'],
        'cancels_at_period_end': ['cancel_at_period_end', 'flag'],
        'canceled_at': ['canceled_at', 'unix'],
        'ended_at': ['ended_at', 'unix'],
        'items': ['items.data', 'json'],
        'metadata': ['metadata', 'json'],
        'created_at': ['created', 'unix'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
