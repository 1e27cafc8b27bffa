{%- set rules = var('signals')['negative_tone'] %}
with statements as (
    select
        account_id,
        interaction_id,
        min(person_id) as person_id,
        min(occurred_at) as occurred_at,
        min(record_key) as record_key,
        min(content) as content
    from {{ ref('observations') }}
    where attribute = 'sentiment' and value = 'negative' and polarity = 'affirmed' and account_id is not null
    group by account_id, interaction_id
),

counted as (
    select
        *,
        count(*) over windowed as recent,
        min(occurred_at) over windowed as first_at,
        {{ first_by('record_key') }} over windowed as first_record_key,
        max(occurred_at) over windowed as last_at,
        {{ last_by('record_key') }} over windowed as last_record_key
    from statements
    window windowed as (
        partition by account_id order by {{ day_number('occurred_at') }}
        range between {{ rules['window'] - 1 }} preceding and current row
    )
),

heated as (
    select *
    from counted
    where recent >= {{ rules['min_statements'] }}
)

select
    {{ signal(
        'negative_tone',
        account_id='account_id',
        person_id='person_id',
        occurred_at='first_at',
        detected_at='last_at',
        value='recent',
        baseline=rules['min_statements'],
        subject='first_record_key',
        evidence=list_of(['first_record_key', 'last_record_key']),
        detail='content',
    ) }}
from heated
qualify {{ opens_episode('account_id', 'occurred_at', var('signals')['episode_days'], 'record_key') }}
