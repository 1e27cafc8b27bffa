{{ config(materialized='incremental', unique_key='record_key', incremental_strategy='delete+insert') }}

with versions as (
    {{ latest_versions(ref('base_mailbox__messages'), modified_at=none, only_new=true) | indent(4) }}
),

addressed as (
    select
        *,
        {{ json_text_array('recipients_to', field='email') }} as to_list,
        {{ json_text_array('recipients_cc', field='email') }} as cc_list,
        {{ json_text_array(regex_replace('references_json', '[<>]')) }} as reference_ids,
        {{ regex_replace('in_reply_to', '^<|>$') }} as replied_id
    from versions
),

cleaned as (
    select
        addressed.native_id,
        {{ record_key('mailbox', 'messages', 'addressed.replied_id') }} as in_reply_to_record_key,
        addressed.reference_ids,
        'mailbox:threads:'
        || coalesce({{ list_item('addressed.reference_ids', 1) }}, addressed.replied_id, addressed.native_id)
            as thread_key,
        addressed.subject,
        addressed.from_name,
        addressed.from_address,
        {{ record_key('mailbox', 'addresses', 'addressed.from_address') }} as from_record_key,
        {{ lower_list('addressed.to_list') }} as to_addresses,
        {{ lower_list('addressed.cc_list') }} as cc_addresses,
        addressed.occurred_at,
        {{ clean_mail('addressed.text_original') }} as text,
        addressed.text_original,
        addressed.html,
        coalesce(addressed.auto_submitted, 'no') != 'no'
        or addressed.list_id is not null
        or coalesce(addressed.precedence, '') in ('bulk', 'junk', 'list', 'auto_reply')
        or coalesce(generic_mailboxes.kind, '') = 'bot' as is_automatic,
        addressed.mailbox,
        addressed.headers,
        addressed.recipients_to,
        addressed.recipients_cc,
        addressed.recipients_reply_to,
        addressed.attachments,
        addressed.is_deleted,
        {{ provenance('addressed') }}
    from addressed
    left join {{ ref('generic_mailboxes') }} as generic_mailboxes
        on {{ mail_local_part('addressed.from_address') }} = generic_mailboxes.local_part
)

{{ merged_with_known('cleaned', modified_at=none) }}
