{#- Whom the agents' log means by the identifiers it was given: ids of entities, or identifiers that name
    exactly one. -#}
with named as (
    select distinct user_identifier
    from {{ ref('typed_interactions') }}
    where user_identifier is not null
    union
    select distinct user_id as user_identifier
    from {{ ref('stg_agents__events') }}
    where user_id is not null
),

spelled as (
    select
        user_identifier,
        user_identifier as value
    from named
    union
    select
        user_identifier,
        lower(user_identifier) as value
    from named
    union
    -- A number as it is written, and an address with what was added to it, as identity spells them.
    select
        user_identifier,
        '+' || {{ regex_replace('user_identifier', '[^0-9]') }} as value
    from named
    where {{ regex_like('user_identifier', '^[+(0-9][0-9 ().-]{5,}$') }}
    union
    select
        user_identifier,
        {{ regex_replace('lower(user_identifier)', '[+][^@]*@', '@') }} as value
    from named
    where user_identifier like '%@%'
    union
    select
        user_identifier,
        'app_user:' || user_identifier as value
    from named
    union
    select
        user_identifier,
        'app_workspace:' || user_identifier as value
    from named
),

found as (
    select
        spelled.user_identifier,
        identifiers.entity_type,
        identifiers.entity_id
    from spelled
    inner join {{ ref('identifiers') }} as identifiers on spelled.value = identifiers.value
    where not identifiers.is_ambiguous
    union
    select
        named.user_identifier,
        links.entity_type,
        links.entity_id
    from named
    inner join {{ ref('identity_links') }} as links on named.user_identifier = links.entity_id
    union
    select
        named.user_identifier,
        links.entity_type,
        links.entity_id
    from named
    inner join {{ ref('identity_links') }} as links on named.user_identifier = links.record_key
)

select
    user_identifier,
    case
        when count(distinct case when entity_type = 'person' then entity_id end) = 1
            then min(case when entity_type = 'person' then entity_id end)
    end as person_id,
    case
        when count(distinct case when entity_type = 'account' then entity_id end) = 1
            then min(case when entity_type = 'account' then entity_id end)
    end as account_id
from found
group by user_identifier
