with typed as (
    select
        interaction_id,
        record_key,
        source,
        occurred_at,
        kind,
        direction,
        author_role,
        author_record_key,
        person_record_key,
        participant_record_keys,
        account_record_key,
        user_identifier,
        customer_address,
        thread_key
    from {{ ref('typed_interactions') }}
    where not is_deleted and occurred_at <= {{ as_of() }}
),

participants as (
    {{ list_rows_numbered('typed', 'participant_record_keys') | indent(4) }}
),

-- Of several customers in a mail or meeting: the writer, else the first reader; a shared mailbox only when there is
-- no one else.
customers as (
    select
        participants.interaction_id,
        participants.item as person_record_key
    from participants
    inner join {{ ref('identity_links') }} as links
        on participants.item = links.record_key and links.entity_type = 'person'
    left join {{ ref('own_domains') }} as own_domains on {{ mail_domain('participants.item') }} = own_domains.domain
    where links.kind in ('customer', 'shared') and own_domains.domain is null
    qualify row_number() over (
        partition by participants.interaction_id
        order by
            case when participants.item = participants.author_record_key then 0 else 1 end,
            links.kind,
            participants.position
    ) = 1
),

placed as (
    select
        typed.interaction_id,
        typed.record_key,
        typed.occurred_at,
        typed.author_record_key,
        coalesce(typed.person_record_key, customers.person_record_key) as person_record_key,
        coalesce(mail_threads.thread_key, typed.thread_key) as thread_key,
        coalesce(
            case when typed.kind = 'automatic_email' then 'bot' end,
            case
                when authors.kind = 'shared' and author_domains.domain is not null then 'staff'
                when authors.kind in ('staff', 'bot', 'customer') then authors.kind
                when authors.kind = 'shared' then 'customer'
            end,
            typed.author_role,
            'customer'
        ) as author_role,
        typed.direction,
        coalesce(account_links.entity_id, named_users.account_id, address_domains.account_id) as account_id,
        named_users.person_id as named_person_id
    from typed
    left join customers on typed.interaction_id = customers.interaction_id
    left join {{ ref('int_mail_threads') }} as mail_threads on typed.record_key = mail_threads.record_key
    left join {{ ref('identity_links') }} as authors
        on typed.author_record_key = authors.record_key and authors.entity_type = 'person'
    left join {{ ref('own_domains') }} as author_domains
        on {{ mail_domain('typed.author_record_key') }} = author_domains.domain
    left join {{ ref('identity_links') }} as account_links
        on typed.account_record_key = account_links.record_key and account_links.entity_type = 'account'
    left join {{ ref('int_named_users') }} as named_users on typed.user_identifier = named_users.user_identifier
    left join {{ ref('int_account_domains') }} as address_domains
        on {{ mail_domain('typed.customer_address') }} = address_domains.domain
),

linked as (
    select
        placed.*,
        coalesce(persons.entity_id, placed.named_person_id) as person_id,
        coalesce(placed.account_id, stints.account_id, record_accounts.account_id) as known_account_id
    from placed
    left join {{ ref('identity_links') }} as persons
        on
            placed.person_record_key = persons.record_key
            and persons.entity_type = 'person'
            and persons.kind in ('customer', 'shared')
    left join {{ ref('int_person_record_accounts') }} as record_accounts
        on placed.person_record_key = record_accounts.record_key
    -- What was said before a record was moved to another account was said for the account before.
    left join {{ ref('int_record_employers') }} as stints
        on
            placed.person_record_key = stints.record_key
            and placed.occurred_at >= stints.holds_from
            and placed.occurred_at < stints.holds_until
),

-- A number or private address names no company: the person's membership at the time does, else the nearest one; of an
-- address under a domain that several accounts share, one of theirs.
members as (
    select
        linked.interaction_id,
        account_people.account_id
    from linked
    inner join {{ ref('account_people') }} as account_people on linked.person_id = account_people.person_id
    left join {{ ref('int_domain_claims') }} as claims
        on
            account_people.account_id = claims.account_id
            and {{ mail_domain('linked.person_record_key') }} = claims.domain
    where linked.known_account_id is null
    qualify row_number() over (
        partition by linked.interaction_id
        order by
            case when claims.domain is not null then 0 else 1 end,
            case
                when
                    linked.occurred_at >= account_people.valid_at
                    and linked.occurred_at < coalesce(account_people.invalid_at, {{ as_of() }}) then 0
                when linked.occurred_at >= account_people.valid_at then 1
                else 2
            end,
            account_people.valid_at desc,
            account_people.account_id asc
    ) = 1
)

select
    linked.interaction_id,
    linked.record_key,
    coalesce(linked.known_account_id, members.account_id) as account_id,
    linked.person_id,
    linked.person_record_key,
    linked.author_role,
    coalesce(
        linked.direction,
        case
            when
                linked.author_role in ('staff', 'bot') and linked.person_record_key != linked.author_record_key
                then 'outbound'
            when linked.author_role = 'staff' then 'internal'
            else 'inbound'
        end
    ) as direction,
    {{ hash_id('thr', ['linked.thread_key']) }} as thread_id
from linked
left join members on linked.interaction_id = members.interaction_id
