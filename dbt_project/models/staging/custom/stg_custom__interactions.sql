with versions as (
    {{ latest_versions(ref('base_custom__interactions')) | indent(4) }}
)

select
    native_id,
    occurred_at,
    channel,
    kind,
    direction,
    author,
    person_record_key,
    account_record_key,
    'custom:threads:' || coalesce(thread, native_id) as thread_key,
    subject,
    {{ tidy_lines(html_to_text('text_original')) }} as text,
    text_original,
    metadata,
    modified_at,
    is_deleted,
    {{ provenance() }}
from versions
