with active_version as (
    select rules_version
    from {{ source('memory', 'extraction_versions') }}
    qualify row_number() over (order by sequence desc) = 1
),

-- A statement that later rules find again keeps the time at which it was first found.
first_found as (
    select
        observation_id,
        min(created_at) as created_at
    from {{ source('memory', 'extractions') }}
    group by observation_id
),

-- A rating is of a conversation, and was given where that took place: whoever rated may have moved on.
rated as (
    select
        inputs.input_id,
        min(threads.thread_id) as thread_id,
        {{ first_by('threads.account_id', 'threads.occurred_at', 'threads.record_key') }} as account_id
    from {{ ref('extraction_inputs') }} as inputs
    inner join {{ ref('interactions') }} as threads on {{ hash_id('thr', ['inputs.record_key']) }} = threads.thread_id
    where inputs.interaction_id is null and threads.account_id is not null
    group by inputs.input_id
),

-- Whose words they are and when they were said is the record's to say, tonight as on the night that read them.
stated as (
    select
        extractions.*,
        first_found.created_at as first_created_at,
        case
            when extractions.entity_type = 'person' then inputs.person_record_key
            else coalesce(inputs.account_record_key, inputs.person_record_key)
        end as told_of_record_key,
        inputs.occurred_at as told_at,
        inputs.channel,
        inputs.account_record_key,
        inputs.source_file,
        inputs.source_row,
        coalesce(interactions.thread_id, rated.thread_id) as thread_id,
        coalesce(interactions.account_id, rated.account_id) as interaction_account_id,
        interactions.person_id as interaction_person_id
    from {{ source('memory', 'extractions') }} as extractions
    inner join active_version on extractions.rules_version = active_version.rules_version
    inner join first_found on extractions.observation_id = first_found.observation_id
    inner join {{ ref('extraction_inputs') }} as inputs on extractions.input_id = inputs.input_id
    left join {{ ref('interactions') }} as interactions on extractions.interaction_id = interactions.interaction_id
    left join rated on extractions.input_id = rated.input_id
    qualify row_number() over (partition by extractions.observation_id order by extractions.created_at) = 1
),

linked as (
    select
        stated.*,
        coalesce(people.entity_id, stated.interaction_person_id) as speaker_person_id,
        coalesce(stated.interaction_account_id, accounts.entity_id, own_people.account_id) as account_id
    from stated
    left join {{ ref('identity_links') }} as people
        on stated.told_of_record_key = people.record_key and people.entity_type = 'person' and people.kind = 'customer'
    left join {{ ref('identity_links') }} as accounts
        on stated.account_record_key = accounts.record_key and accounts.entity_type = 'account'
    left join {{ ref('people') }} as own_people
        on coalesce(people.entity_id, stated.interaction_person_id) = own_people.person_id
),

-- "Maria has left": the one person of the account by that full or first name, if it is one.
named as (
    select
        linked.observation_id,
        min(people.person_id) as person_id
    from linked
    inner join {{ ref('people') }} as people
        on
            linked.account_id = people.account_id
            and (
                lower(people.name) = lower(linked.subject_name)
                or lower(split_part(people.name, ' ', 1)) = lower(linked.subject_name)
            )
    where linked.subject_name is not null
    group by linked.observation_id
    having count(distinct people.person_id) = 1
),

resolved as (
    select
        linked.*,
        case
            when
                linked.entity_type = 'account' or (linked.subject_name is not null and named.person_id is null)
                then 'account'
            else 'person'
        end as about,
        case when linked.subject_name is null then linked.speaker_person_id else named.person_id end as about_person_id
    from linked
    left join named on linked.observation_id = named.observation_id
)

select
    observation_id,
    about as entity_type,
    case when about = 'account' then account_id else about_person_id end as entity_id,
    account_id,
    case when about = 'person' then about_person_id else speaker_person_id end as person_id,
    attribute,
    case when about != entity_type then subject_name || ': ' || value else value end as value,
    polarity,
    case when about != entity_type then 'multi' else cardinality end as cardinality,
    content,
    stated_by,
    due_on,
    told_at as occurred_at,
    first_created_at as created_at,
    confidence,
    importance,
    ttl_days,
    precedence,
    channel,
    thread_id,
    span_start,
    span_end,
    extractor,
    rule_id,
    rules_version,
    input_id,
    source,
    record_key,
    interaction_id,
    source_file,
    source_row
from resolved
where polarity = 'affirmed' or precedence != 'record' or exists (
    -- A record's flag that was never set takes nothing back.
    select 1
    from resolved as earlier
    where
        earlier.polarity = 'affirmed'
        and earlier.attribute = resolved.attribute
        and earlier.value = resolved.value
        and earlier.about_person_id = resolved.about_person_id
        and earlier.told_at < resolved.told_at
)
