-- The primary account: the membership that still holds, the vendor's own link before a mail domain, then the
-- latest.
with primary_memberships as (
    select *
    from {{ ref('account_people') }}
    qualify row_number() over (
        partition by person_id
        order by
            case when invalid_at is null then 0 else 1 end,
            case evidence when 'linked' then 0 else 1 end,
            coalesce(invalid_at, last_seen_at, valid_at) desc nulls last,
            account_id
    ) = 1
),

employers as (
    select
        members.record_key,
        max(case when members.account_id = memberships.account_id then 1 else 0 end) as is_present
    from {{ ref('int_person_record_accounts') }} as members
    inner join primary_memberships as memberships on members.person_id = memberships.person_id
    group by members.record_key
),

-- One number a record, as identity spells it.
numbers as (
    select
        record_key,
        min(value) as value
    from {{ ref('int_record_phones') }}
    group by record_key
),

records as (
    select
        links.entity_id as person_id,
        links.kind,
        persons.record_key,
        persons.source,
        {{ trimmed(regex_replace('persons.full_name', '\\s+', ' ')) }} as full_name,
        case when slips.email is null then persons.email end as email,
        coalesce(numbers.value, persons.phone) as phone,
        case when coalesce(employers.is_present, 1) = 1 then persons.title end as title,
        case when states.is_deleted then 1 else 0 end as is_gone,
        -- Records of another employer than the present are believed after those of the present one.
        {{ record_standing('persons.record_key', between="case employers.is_present when 0 then '1' else '0' end") }}
            as standing
    from {{ ref('identity_links') }} as links
    inner join {{ ref('person_records') }} as persons on links.record_key = persons.record_key
    left join {{ ref('int_record_states') }} as states on links.record_key = states.record_key
    left join employers on links.record_key = employers.record_key
    left join {{ ref('int_email_slips') }} as slips
        on links.entity_id = slips.person_id and persons.email = slips.email
    left join numbers on links.record_key = numbers.record_key
    where links.entity_type = 'person'
),

-- The name as most records that still stand spell it: one tool's slip or short form does not count against them.
spellings as (
    select
        person_id,
        full_name as name
    from records
    where full_name is not null
    group by person_id, full_name
    qualify row_number() over (
        partition by person_id
        order by
            case when {{ is_short_of_a_name('full_name') }} then 1 else 0 end,
            sum(case when standing like '0%' then 1 else 0 end) desc,
            min(standing),
            full_name
    ) = 1
),

-- A number that several people have is a switchboard's: it stands only where a person has none of their own.
own_numbers as (
    select
        records.person_id,
        {{ survivor('numbers.value', 'records.standing') }} as phone
    from {{ ref('int_record_phones') }} as numbers
    inner join records on numbers.record_key = records.record_key
    where not numbers.is_ambiguous
    group by records.person_id
),

profiles as (
    select
        person_id,
        min(kind) as kind,
        {{ survivor('email', 'standing') }} as email,
        {{ survivor('phone', 'standing') }} as phone,
        {{ survivor('title', 'standing') }} as title,
        min(is_gone) = 1 as is_gone,
        {{ sorted_distinct_list('source') }} as sources,
        count(*) as records
    from records
    group by person_id
),

departures as (
    select
        person_id,
        case when count(invalid_at) = count(*) then max(invalid_at) end as left_at
    from {{ ref('account_people') }}
    group by person_id
)

select
    profiles.person_id,
    profiles.kind,
    memberships.account_id,
    spellings.name,
    profiles.email,
    coalesce(own_numbers.phone, profiles.phone) as phone,
    coalesce(memberships.title, profiles.title) as title,
    {{ person_role('coalesce(memberships.title, profiles.title)') }} as role,
    (departures.left_at is null or departures.left_at > {{ as_of() }}) and not profiles.is_gone as is_active,
    departures.left_at,
    profiles.sources,
    profiles.records
from profiles
left join spellings on profiles.person_id = spellings.person_id
left join own_numbers on profiles.person_id = own_numbers.person_id
left join primary_memberships as memberships on profiles.person_id = memberships.person_id
left join departures on profiles.person_id = departures.person_id
