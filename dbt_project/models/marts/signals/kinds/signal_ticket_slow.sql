{%- set rules = var('signals')['ticket_slow'] %}
with tickets as (
    select
        thread_id,
        min(account_id) as account_id,
        min(source) as source,
        {{ first_by('person_id') }} as person_id,
        min(occurred_at) as opened_at,
        {{ first_by('record_key') }} as record_key,
        min(occurred_at) filter (where direction = 'outbound') as answered_at,
        {{ first_by('record_key') }} filter (where direction = 'outbound') as answer_record_key,
        max({{ json_text('metadata', ['ticket_status']) }}) as status
    from {{ ref('interactions') }}
    where channel = 'ticket' and account_id is not null
    group by thread_id
),

-- The tools that deliver what our people answered.
answering as (
    select distinct source
    from {{ ref('interactions') }}
    where kind = 'ticket_reply' and direction = 'outbound'
),

waited as (
    select
        *,
        {{ seconds_between('opened_at', 'coalesce(answered_at, ' ~ as_of() ~ ')') }} / 3600 as hours
    from tickets
)

select
    {{ signal(
        'ticket_slow',
        account_id='account_id',
        person_id='person_id',
        occurred_at=add_days('opened_at', rules['hours'] // 24),
        value='hours',
        baseline=rules['hours'],
        subject='record_key',
        evidence=list_of(['record_key', 'answer_record_key']),
        detail="case when answered_at is null then 'no answer for ' else 'first answer after ' end || " ~ rounded('hours') ~ " || ' hours'",
    ) }}
from waited
-- Where no answer was delivered, nobody can say whether a ticket that is over had one, nor any ticket of a tool that
-- delivers none. Some tools tell no state.
where
    hours > {{ rules['hours'] }}
    and (
        answered_at is not null
        or (
            coalesce(status, 'open') not in ('solved', 'closed')
            and source in (select answering.source from answering)
        )
    )
