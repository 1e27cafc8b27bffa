-- The mirror of assert_interactions_have_a_source_row: every readable message, comment, call, meeting, task and
-- agent event that has happened is an interaction, attributed or not. One without a time is no exception: what tells
-- none waits in quarantine, or counts from its delivery.
select records.record_key
from ({{ interaction_records() }}) as records
where
    coalesce(records.occurred_at, {{ as_of() }}) <= {{ as_of() }}
    and not exists (
        select 1
        from {{ ref('interactions') }} as interactions
        where interactions.record_key = records.record_key
    )
