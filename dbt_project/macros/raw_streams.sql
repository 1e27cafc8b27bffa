{#- Every source and its streams, as the models under staging declare them. -#}
{% macro raw_streams() %}
    {{ return({
        'agents': ['events'],
        'calendar': ['events'],
        'custom': ['accounts', 'interactions', 'people'],
        'hubspot': ['companies', 'contacts'],
        'intercom': ['companies', 'contacts', 'conversations'],
        'knowledge': ['documents'],
        'mailbox': ['messages'],
        'salesforce': ['accounts', 'contacts', 'opportunities', 'tasks', 'users'],
        'segment': ['events'],
        'stripe': ['charges', 'customers', 'invoices', 'prices', 'products', 'subscriptions'],
        'twilio': ['calls', 'messages', 'transcripts'],
        'zendesk': ['organizations', 'ticket_comments', 'tickets', 'users'],
    }) }}
{% endmacro %}
