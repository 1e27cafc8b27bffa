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
    {%- set tables = [] %}
    {%- for source_name in raw_streams() %}
        {%- do tables.append(source('raw_' ~ source_name, '_rejected')) %}
    {%- endfor %}
    {{ return(tables + own_raw_tables('_rejected')) }}
{% endmacro %}

{#- The tables of this name of the user's own tools, one relation a source. -#}
{% macro own_raw_tables(name) %}
    {%- set tables = [] %}
    {%- if execute %}
        {%- set query %}
            select distinct table_schema
            from information_schema.tables
            where table_catalog = '{{ target.database }}' and table_name = '{{ name }}' and substr(table_schema, 1, 4) = 'raw_'
                and table_schema not in ('raw_{{ raw_streams() | join("', 'raw_") }}')
            order by table_schema
        {%- endset %}
        {%- for schema in run_query(query).columns[0].values() %}
            {%- do tables.append(api.Relation.create(database=target.database, schema=schema, identifier=name)) %}
        {%- endfor %}
    {%- endif %}
    {{ return(tables) }}
{% endmacro %}
