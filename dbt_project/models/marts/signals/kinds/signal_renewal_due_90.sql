{{ renewal_due_signal(90) }}
