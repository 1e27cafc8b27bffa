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

-- Beside all that the account wrote: of a thousand messages two are angry on any day.
messages as (
    select
        account_id,
        occurred_at,
        1 as is_written,
        cast(null as {{ type_timestamptz() }}) as angry_at,
        cast(null as string) as record_key,
        cast(null as string) as person_id,
        cast(null as string) as content
    from {{ ref('interactions') }}
    where account_id is not null and direction = 'inbound'
    union all
    select
        account_id,
        occurred_at,
        0 as is_written,
        occurred_at as angry_at,
        record_key,
        person_id,
        content
    from statements
),

counted as (
    select
        *,
        sum(is_written) over windowed as written,
        count(angry_at) over windowed as recent,
        min(angry_at) over windowed as first_at,
        {{ first_by('record_key', 'angry_at') }} over windowed as first_record_key,
        {{ first_by('person_id', 'angry_at') }} over windowed as first_person_id,
        {{ first_by('content', 'angry_at') }} over windowed as first_content,
        max(angry_at) over windowed as last_at,
        {{ last_by('record_key', 'angry_at') }} over windowed as last_record_key
    from messages
    window windowed as (
        partition by account_id order by {{ day_number('occurred_at') }}
        range between {{ rules['window'] - 1 }} preceding and current row
    )
),

heated as (
    select *
    from counted
    where
        angry_at is not null
        and recent >= {{ rules['min_statements'] }}
        and recent >= {{ rules['min_share'] }} * written
)

select
    {{ signal(
        'negative_tone',
        account_id='account_id',
        person_id='first_person_id',
        occurred_at='first_at',
        detected_at='last_at',
        value='recent',
        baseline=rules['min_statements'],
        subject='first_record_key',
        evidence=list_of(['first_record_key', 'last_record_key']),
        detail='first_content',
    ) }}
from heated
qualify {{ opens_episode('account_id', 'occurred_at', var('signals')['episode_days'], 'record_key') }}
