{#- Each night replaces what came or changed with it (`changed_at`: the newest run that brought a record which the row
    is made of). What its records no longer say goes: a chat message taken back, the opening of a ticket whose
    comments came a night later, whatever was deleted. -#}
{{ config(
    materialized='incremental',
    unique_key='interaction_id',
    incremental_strategy='delete+insert',
    post_hook="{{ delete_vanished_interactions() }}"
) }}

{%- set origins = [
    'agents', 'calendar', 'custom', 'intercom', 'mailbox', 'salesforce', 'twilio_calls', 'twilio_messages', 'zendesk',
] %}
{%- set columns = [
    'record_key', 'source', 'stream', 'occurred_at', 'channel', 'kind', 'direction', 'author_role', 'author_record_key',
    'person_record_key', 'participant_record_keys', 'account_record_key', 'agent_id', 'run_id', 'user_identifier',
    'thread_key', 'subject', 'text', 'text_original', 'metadata', 'is_deleted', 'source_file', 'source_row',
    'recorded_at', 'changed_at',
] %}
{#- Where a tool keeps one record of a person whoever employs them, the address they wrote from tells the company. -#}
{%- set with_address = ['intercom'] %}
with unioned as (
    {%- for origin in origins %}
        select
            {{ columns | join(', ') }},
            {{ 'customer_address' if origin in with_address else 'cast(null as string) as customer_address' }}
        from {{ ref('int_interactions__' ~ origin) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    {{ hash_id('int', ['record_key']) }} as interaction_id,
    {{ columns | join(',\n    ') }},
    customer_address
from unioned
{%- set since = newest_seen('changed_at') | trim %}
{%- if since %}
    where changed_at >= {{ since }}
{%- endif %}
