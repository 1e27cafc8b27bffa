{%- set rules = var('signals')['new_executive'] %}
with introduced as (
    select
        account_id,
        person_id,
        occurred_at as appeared_at,
        value as title,
        record_key,
        observation_id
    from {{ ref('observations') }}
    where
        attribute = 'role_change' and polarity = 'affirmed' and entity_type = 'person'
        and account_id is not null and person_id is not null
    union all
    select
        people.account_id,
        people.person_id,
        people.valid_at as appeared_at,
        people.title,
        min(members.record_key) as record_key,
        cast(null as string) as observation_id
    from {{ ref('account_people') }} as people
    inner join {{ ref('int_person_record_accounts') }} as members
        on
            people.account_id = members.account_id
            and people.person_id = members.person_id
            and people.title = members.title
    where people.valid_at is not null
    group by people.account_id, people.person_id, people.valid_at, people.title
),

executives as (
    select introduced.*
    from introduced
    inner join {{ ref('int_account_spans') }} as spans on introduced.account_id = spans.account_id
    where
        {{ person_role('introduced.title') }} in ('{{ rules["roles"] | join("', '") }}')
        and {{ days_between('spans.first_day', 'introduced.appeared_at') }} >= {{ rules['settle'] }}
        and introduced.appeared_at <= {{ as_of() }}
)

select
    {{ signal(
        'new_executive',
        account_id='account_id',
        person_id='person_id',
        occurred_at='appeared_at',
        subject='coalesce(observation_id, record_key)',
        evidence=list_of(['record_key']),
        detail="'new ' || title",
    ) }}
from executives
qualify row_number() over (partition by account_id, person_id order by appeared_at, record_key, observation_id) = 1
