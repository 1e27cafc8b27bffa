{{ typed_rows(
    'stripe', 'charges',
    {
        'native_id': ['id', 'text', 'required'],
        'customer_record_key': ['customer.id|customer', 'key', 'stripe:customers'],
        'invoice_record_key': ['invoice.id|invoice', 'key', 'stripe:invoices'],
        'payment_intent_id': ['payment_intent.id|payment_intent', 'text'],
        'amount_minor': ['amount', 'integer'],
        'amount_refunded_minor': ['amount_refunded', 'integer'],
        'currency': ['currency', 'lower'],
        'status': ['status', 'lower'],
        'failure_code': ['failure_code', 'text'],
        'failure_message': ['failure_message', 'text'],
        'is_paid': ['paid', 'boolean'],
        'receipt_email': ['receipt_email', 'email'],
        'billing_name': ['billing_details.name', 'text'],
        'billing_email': ['billing_details.email', 'email'],
        'billing_phone': ['billing_details.phone', 'text'],
        'occurred_at': ['created', 'unix', 'required'],
        'is_deleted': ['deleted', 'flag'],
    }
) }}
