with versions as (
    {{ latest_versions(ref('base_twilio__transcripts'), modified_at=none) | indent(4) }}
),

spoken as (
    select
        transcript_record_key,
        {{ ordered_list("coalesce(speaker, 'unknown') || ': ' || text", 'sentence_number') }} as lines,
        {{ ordered_list("case when speaker = 'customer' then text end", 'sentence_number') }} as customer_lines,
        {{ ordered_list("case when speaker = 'agent' then text end", 'sentence_number') }} as agent_lines
    from {{ ref('stg_twilio__transcript_sentences') }}
    where text is not null
    group by transcript_record_key
)

select
    versions.native_id,
    versions.call_record_key,
    versions.language,
    {{ list_text('spoken.lines', '\n') }} as text,
    nullif({{ list_text('spoken.customer_lines', '\n') }}, '') as customer_text,
    nullif({{ list_text('spoken.agent_lines', '\n') }}, '') as agent_text,
    versions.sentences,
    versions.created_at,
    versions.is_deleted,
    {{ provenance('versions') }}
from versions
left join spoken on versions.record_key = spoken.transcript_record_key
