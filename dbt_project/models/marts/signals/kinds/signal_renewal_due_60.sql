{{ renewal_due_signal(60) }}
