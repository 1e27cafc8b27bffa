-- The mirror of assert_interactions_have_a_source_row: every readable message, comment, call, meeting, task and
-- agent event
-- that has happened is an interaction, attributed or not.
select records.record_key
from ({{ interaction_records() }}) as records
where
    records.occurred_at <= {{ as_of() }}
    and not exists (
        select 1
        from {{ ref('interactions') }} as interactions
        where interactions.record_key = records.record_key
    )
