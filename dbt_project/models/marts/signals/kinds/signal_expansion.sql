{{ contract_change_signal('expansion') }}
