with transcripts as (
    select
        transcripts.*,
        greatest(transcripts.recorded_at, coalesce(legs.recorded_at, transcripts.recorded_at)) as known_at,
        case when legs.is_handed_on then legs.parent_record_key else transcripts.call_record_key end as told_of
    from {{ ref('stg_twilio__transcripts') }} as transcripts
    left join {{ ref('stg_twilio__calls') }} as legs on transcripts.call_record_key = legs.record_key
    where not transcripts.is_deleted
    qualify
        row_number() over (partition by told_of order by transcripts.created_at desc, transcripts.record_key desc) = 1
)

select
    calls.record_key,
    'twilio' as source,
    'calls' as stream,
    calls.occurred_at,
    'call' as channel,
    case
        when calls.status in ('busy', 'canceled', 'failed', 'no-answer') then 'missed_call'
        else 'call'
    end as kind,
    calls.direction,
    case when calls.direction = 'inbound' then 'customer' else 'staff' end as author_role,
    case when calls.direction = 'inbound' then calls.number_record_key end as author_record_key,
    calls.number_record_key as person_record_key,
    {{ empty_list() }} as participant_record_keys,
    cast(null as string) as account_record_key,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    coalesce(calls.parent_record_key, calls.record_key) as thread_key,
    cast(null as string) as subject,
    transcripts.text,
    transcripts.sentences as text_original,
    {{ json_object({
        'status': 'calls.status',
        'duration_seconds': 'cast(calls.duration_seconds as bigint)',
        'answered_by': 'calls.answered_by',
        'language': 'transcripts.language',
        'transcript_record_key': 'transcripts.record_key',
    }) }} as metadata,
    calls.is_deleted,
    calls.source_file,
    calls.source_row,
    calls.recorded_at,
    greatest(calls.recorded_at, coalesce(transcripts.known_at, calls.recorded_at)) as changed_at
from {{ ref('stg_twilio__calls') }} as calls
left join transcripts on calls.record_key = transcripts.told_of
where not coalesce(calls.is_handed_on, false)
