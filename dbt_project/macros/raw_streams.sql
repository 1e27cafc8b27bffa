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

{#- Where rows wait that could not be read: one relation a source, those of the user's own tools (`sources.yml`) included. -#}
{% macro reject_tables() %}
    {%- set tables, schemas = [], [] %}
    {%- for source_name in raw_streams() %}
        {%- do tables.append(source('raw_' ~ source_name, '_rejected')) %}
        {%- do schemas.append('raw_' ~ source_name) %}
    {%- endfor %}
    {%- if execute %}
        {%- set query %}
            select distinct table_schema
            from information_schema.tables
            where table_catalog = '{{ target.database }}' and table_name = '_rejected'
                and table_schema not in ('{{ schemas | join("', '") }}')
            order by table_schema
        {%- endset %}
        {%- for schema in run_query(query).columns[0].values() %}
            {%- do tables.append(api.Relation.create(database=target.database, schema=schema, identifier='_rejected')) %}
        {%- endfor %}
    {%- endif %}
    {{ return(tables) }}
{% endmacro %}
