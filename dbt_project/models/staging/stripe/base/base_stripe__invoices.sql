{{ typed_rows(
    'stripe', 'invoices',
    {
        'native_id': ['id', 'text', 'required'],
        'customer_record_key': ['customer', 'key', 'stripe:customers'],
        'subscription_record_key': [
            'subscription|parent.subscription_details.subscription', 'key', 'stripe:subscriptions',
        ],
        'number': ['number', 'text'],
        'status': ['status', 'lower'],
        'amount_due_minor': ['amount_due', 'integer'],
        'amount_paid_minor': ['amount_paid', 'integer'],
        'amount_remaining_minor': ['amount_remaining', 'integer'],
        'total_minor': ['total', 'integer'],
        'currency': ['currency', 'lower'],
        'due_at': ['due_date', 'unix'],
        'period_start_at': ['period_start', 'unix'],
        'period_end_at': ['period_end', 'unix'],
        'attempt_count': ['attempt_count', 'integer'],
        'is_paid': ['paid', 'boolean'],
        'finalized_at': ['status_transitions.finalized_at', 'unix'],
        'paid_at': ['status_transitions.paid_at', 'unix'],
        'voided_at': ['status_transitions.voided_at', 'unix'],
        'customer_email': ['customer_email', 'email'],
        'customer_name': ['customer_name', 'text'],
        'created_at': ['created', 'unix'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
