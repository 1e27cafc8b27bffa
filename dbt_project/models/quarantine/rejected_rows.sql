{%- set streams = {
    'agents': ['events'],
    'calendar': ['events'],
    'hubspot': ['companies', 'contacts'],
    'intercom': ['companies', 'contacts', 'conversations'],
    'knowledge': ['documents'],
    'mailbox': ['messages'],
    'salesforce': ['accounts', 'contacts', 'opportunities', 'tasks', 'users'],
    'segment': ['events'],
    'stripe': ['charges', 'customers', 'invoices', 'prices', 'products', 'subscriptions'],
    'twilio': ['calls', 'messages', 'transcripts'],
    'zendesk': ['organizations', 'ticket_comments', 'tickets', 'users'],
} -%}
with rejects as (
    {%- for source_name, stream_names in streams.items() %}
        select
            source,
            stream,
            _source_file as source_file,
            _source_row as source_row,
            _drop_date as drop_date,
            'reading' as stage,
            reason_code,
            message,
            raw_text,
            _file_sha256 as file_sha256,
            _recorded_at as recorded_at
        from {{ source('raw_' ~ source_name, '_rejected') }}
        where _recorded_at <= {{ as_of() }} and _drop_date <= {{ as_of_date() }}
        {%- for stream in stream_names %}
            union all
            select
                '{{ source_name }}' as source,
                '{{ stream }}' as stream,
                source_file,
                source_row,
                drop_date,
                'typing' as stage,
                reject_reason as reason_code,
                reject_message as message,
                raw_text,
                file_sha256,
                recorded_at
            from {{ ref('base_' ~ source_name ~ '__' ~ stream) }}
            where reject_reason is not null
        {%- endfor %}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    {{ hash_id('rej', ['stage', 'source_file', 'source_row', 'file_sha256', 'reason_code']) }} as rejection_id,
    source,
    stream,
    source_file,
    source_row,
    drop_date,
    stage,
    reason_code,
    message,
    raw_text,
    file_sha256,
    recorded_at
from rejects
