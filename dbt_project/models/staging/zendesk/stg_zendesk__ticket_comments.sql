{{ config(materialized='incremental', unique_key='record_key', incremental_strategy='delete+insert') }}

with versions as (
    {{ latest_versions(ref('base_zendesk__ticket_comments'), modified_at=none, only_new=true) | indent(4) }}
),

readable as (
    select
        *,
        -- Zendesk leaves this one entity in its plain text.
        coalesce(replace(plain_body, '&nbsp;', ' '), {{ html_to_text('html_body') }}) as body
    from versions
),

cleaned as (
    select
        native_id,
        ticket_record_key,
        author_record_key,
        coalesce(is_public, true) as is_public,
        via_channel,
        {{ clean_mail('body') }} as text,
        coalesce(html_body, plain_body) as text_original,
        attachments,
        occurred_at,
        is_deleted,
        {{ provenance() }}
    from readable
)

{{ merged_with_known('cleaned', modified_at=none) }}
