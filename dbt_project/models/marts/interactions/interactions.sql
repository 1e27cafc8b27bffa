{{ config(materialized='view') }}

select
    typed.interaction_id,
    typed.occurred_at,
    typed.recorded_at,
    typed.channel,
    typed.kind,
    entities.direction,
    entities.author_role,
    entities.account_id,
    entities.person_id,
    entities.person_record_key,
    typed.author_record_key,
    typed.account_record_key,
    typed.agent_id,
    typed.run_id,
    entities.thread_id,
    typed.subject,
    typed.text,
    typed.text_original,
    typed.metadata,
    typed.record_key,
    typed.source,
    typed.stream,
    typed.source_file,
    typed.source_row
from {{ ref('typed_interactions') }} as typed
inner join {{ ref('interaction_entities') }} as entities on typed.interaction_id = entities.interaction_id
