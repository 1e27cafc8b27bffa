{#- Whose product events are: one row for each combination of user, browser and workspace that events came with. Made
    anew each night, so that a merge, a split or a sign-up reaches old events; `entities_hash` says which accounts it
    changed. -#}
with named as (
    select distinct
        person_record_key,
        anonymous_id,
        group_record_key
    from {{ ref('typed_usage_daily') }}
    where day <= {{ as_of_date() }}
),

identified as (
    select
        named.*,
        coalesce(named.person_record_key, ('segment:users:' || anonymous_users.user_id)) as user_record_key
    from named
    left join {{ ref('stg_segment__anonymous_users') }} as anonymous_users
        on named.anonymous_id = anonymous_users.anonymous_id
),

placed as (
    select
        identified.*,
        coalesce(groups.entity_id, record_accounts.account_id) as account_id,
        persons.entity_id as person_id
    from identified
    left join {{ ref('identity_links') }} as groups
        on identified.group_record_key = groups.record_key and groups.entity_type = 'account'
    left join {{ ref('identity_links') }} as persons
        on
            identified.user_record_key = persons.record_key
            and persons.entity_type = 'person'
            and persons.kind in ('customer', 'shared')
    left join {{ ref('int_person_record_accounts') }} as record_accounts
        on identified.user_record_key = record_accounts.record_key
),

hashed as (
    select
        account_id,
        {{ list_text(sorted_distinct_list(hash_id('ent', [
            'person_record_key', 'anonymous_id', 'group_record_key', 'user_record_key', 'person_id'
        ])), '') }} as members
    from placed
    group by account_id
)

select
    placed.person_record_key,
    placed.anonymous_id,
    placed.group_record_key,
    coalesce(placed.group_record_key, placed.user_record_key) as record_key,
    placed.account_id,
    placed.person_id,
    {{ hash_id('ent', ['hashed.account_id', 'hashed.members']) }} as entities_hash
from placed
inner join hashed on placed.account_id is not distinct from hashed.account_id
