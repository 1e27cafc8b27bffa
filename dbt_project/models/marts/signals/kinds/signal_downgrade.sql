{{ contract_change_signal('downgrade') }}
