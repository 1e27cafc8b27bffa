{{ renewal_due_signal(30) }}
