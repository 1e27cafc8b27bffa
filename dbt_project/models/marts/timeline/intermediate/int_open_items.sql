{#- What waits for somebody: open tickets, promises that nobody said were kept, open CRM tasks, unpaid invoices. -#}
with promises as (
    select
        facts.*,
        said.person_id
    from {{ ref('facts') }} as facts
    left join {{ ref('interactions') }} as said on facts.interaction_id = said.interaction_id
    where facts.attribute = 'promise' and facts.due_on is not null
)

select
    'ticket' as kind,
    coalesce(accounts.entity_id, members.account_id, people.account_id) as account_id,
    persons.entity_id as person_id,
    coalesce(tickets.subject, 'ticket without subject') as text,
    tickets.created_at as since,
    cast(null as date) as due_on,
    tickets.record_key
from {{ ref('stg_zendesk__tickets') }} as tickets
left join {{ ref('identity_links') }} as accounts
    on tickets.organization_record_key = accounts.record_key and accounts.entity_type = 'account'
left join {{ ref('identity_links') }} as persons
    on
        tickets.requester_record_key = persons.record_key
        and persons.entity_type = 'person'
        and persons.kind in ('customer', 'shared')
left join {{ ref('int_person_record_accounts') }} as members on tickets.requester_record_key = members.record_key
-- A record with a private address names no company: the person's other records do.
left join {{ ref('people') }} as people on persons.entity_id = people.person_id
where tickets.status not in ('solved', 'closed', 'deleted') and not tickets.is_deleted

union all

select
    case stated_by when 'customer' then 'promise by customer' else 'promise by staff' end as kind,
    entity_id as account_id,
    person_id,
    coalesce(content, value) as text,
    valid_at as since,
    due_on,
    record_key
from promises

union all

select
    'task' as kind,
    coalesce(accounts.entity_id, members.account_id, people.account_id) as account_id,
    persons.entity_id as person_id,
    coalesce(tasks.subject, 'task') as text,
    tasks.created_at as since,
    tasks.activity_on as due_on,
    tasks.record_key
from {{ ref('stg_salesforce__tasks') }} as tasks
left join {{ ref('identity_links') }} as accounts
    on tasks.account_record_key = accounts.record_key and accounts.entity_type = 'account'
left join {{ ref('identity_links') }} as persons
    on
        tasks.who_record_key = persons.record_key
        and persons.entity_type = 'person'
        and persons.kind in ('customer', 'shared')
left join {{ ref('int_person_record_accounts') }} as members on tasks.who_record_key = members.record_key
left join {{ ref('people') }} as people on persons.entity_id = people.person_id
where {{ is_open_task('tasks.status') }} and not tasks.is_deleted

union all

select
    'invoice' as kind,
    account_id,
    cast(null as string) as person_id,
    coalesce(number, invoice_id) || ' is overdue' as text,
    issued_at as since,
    {{ utc_date('due_at') }} as due_on,
    record_key
from {{ ref('invoices') }}
where is_overdue
