with mentions as (
    select *
    from {{ ref('observations') }}
    where attribute = 'competitor' and polarity = 'affirmed' and account_id is not null and value != '*'
)

select
    {{ signal(
        'competitor_mentioned',
        account_id='account_id',
        person_id='person_id',
        occurred_at='occurred_at',
        subject="record_key || '/' || value",
        evidence=list_of(['record_key']),
        detail="value || ': ' || content",
    ) }}
from mentions
qualify
    {{ opens_episode(
        'account_id, value', 'occurred_at', var('signals')['competitor_mentioned']['episode'], 'observation_id'
    ) }}
