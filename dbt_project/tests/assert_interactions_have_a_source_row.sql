-- No interaction without the row that it was read from, as it was landed.
with landed as (
    {%- for source_name in ['agents', 'calendar', 'custom', 'intercom', 'mailbox', 'salesforce', 'twilio', 'zendesk'] %}
        {%- set last = loop.last %}
        {%- for stream in raw_streams()[source_name] %}
            select
                _source_file as source_file,
                _source_row as source_row
            from {{ source('raw_' ~ source_name, stream) }}
            {% if not (last and loop.last) %}union all{% endif %}
        {%- endfor %}
    {%- endfor %}
)

select interactions.record_key
from {{ ref('interactions') }} as interactions
left join landed
    on interactions.source_file = landed.source_file and interactions.source_row = landed.source_row
where landed.source_file is null
