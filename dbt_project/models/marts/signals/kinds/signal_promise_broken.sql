{%- set grace = var('signals')['promise_broken']['grace'] %}
{#- Kept: someone of ours wrote again in the same thread by the day it was due. -#}
with promises as (
    select *
    from {{ ref('observations') }}
    where
        attribute = 'promise'
        and polarity = 'affirmed'
        and stated_by = 'staff'
        and due_on is not null
        and account_id is not null
        and {{ add_days(midnight('due_on'), grace) }} <= {{ as_of() }}
)

select
    {{ signal(
        'promise_broken',
        account_id='promises.account_id',
        person_id='promises.person_id',
        occurred_at=add_days(midnight('promises.due_on'), grace),
        subject="promises.record_key || '/' || promises.value",
        evidence=list_of(['promises.record_key']),
        detail="promises.content || ' (due ' || cast(promises.due_on as string) || ')'",
    ) }}
from promises
where
    not exists (
        select 1
        from {{ ref('interactions') }} as answers
        where
            answers.thread_id = promises.thread_id
            and answers.direction = 'outbound'
            and {{ is_contact('answers.kind') }}
            and answers.occurred_at > promises.occurred_at
            and answers.occurred_at < {{ add_days(midnight('promises.due_on'), grace) }}
    )
qualify row_number() over (
    partition by promises.record_key, promises.value order by promises.due_on, promises.observation_id
) = 1
