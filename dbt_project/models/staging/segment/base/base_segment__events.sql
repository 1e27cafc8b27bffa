{#- Append-only: each night types and adds the loads it has not seen.
    Of a message delivered twice the first delivery stays. -#}
{{ config(materialized='incremental', incremental_strategy='append', schema='staging') }}

with typed_events as (
    {{ typed_rows(
        'segment', 'events',
        {
            'native_id': ['messageId', 'text', 'required'],
            'event_type': ['type', 'lower', 'required'],
            'vendor_event': ['event', 'text'],
            'page_name': ['name', 'text'],
            'anonymous_id': ['anonymousId', 'text'],
            'user_id': ['userId', 'text'],
            'called_group_id': ['groupId', 'text'],
            'context_group_id': ['context.groupId', 'text'],
            'previous_id': ['previousId', 'text'],
            'occurred_at': ['timestamp|originalTimestamp|sentAt', 'timestamp', 'required'],
            'received_at': ['receivedAt', 'timestamp'],
            'properties': ['properties', 'json'],
            'traits': ['traits', 'json'],
            'page_path': ['context.page.path', 'text'],
        }
    ) | indent(4) }}
)

select
    {{ star_except(['vendor_event', 'page_name', 'called_group_id', 'context_group_id']) }},
    coalesce(vendor_event, page_name) as event_name,
    coalesce(called_group_id, context_group_id) as group_id
from typed_events
{%- if is_incremental() %}
    where
        reject_reason is not null
        or not exists (
            select 1 from {{ this }} as seen
            where seen.record_key = typed_events.record_key and seen.reject_reason is null
        )
{%- endif %}
qualify
    reject_reason is not null
    or row_number() over (
        partition by record_key, reject_reason is null
        order by recorded_at, drop_date, source_file, source_row
    ) = 1
