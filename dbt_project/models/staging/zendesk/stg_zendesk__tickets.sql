{{ config(materialized='incremental', unique_key='record_key', incremental_strategy='delete+insert') }}

with versions as (
    {{ latest_versions(ref('base_zendesk__tickets'), only_new=true) | indent(4) }}
),

cleaned as (
    select
        native_id,
        subject,
        {{ clean_mail('text_original') }} as text,
        text_original,
        status,
        priority,
        type,
        requester_record_key,
        submitter_record_key,
        assignee_record_key,
        organization_record_key,
        via_channel,
        tags,
        satisfaction_score,
        satisfaction_comment,
        custom_fields,
        created_at,
        modified_at,
        is_deleted,
        {{ provenance() }}
    from versions
)

{{ merged_with_known('cleaned') }}
