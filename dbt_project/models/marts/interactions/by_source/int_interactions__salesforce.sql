{#- What staff logged about a customer. A logged call or e-mail may also be in telephony or a mailbox, so it
    stays a note. What tells no time counts from the day it was delivered to us. -#}
select
    tasks.record_key,
    'salesforce' as source,
    'tasks' as stream,
    coalesce(tasks.occurred_at, {{ midnight('tasks.first_drop_date') }}) as occurred_at,
    'note' as channel,
    case
        when {{ is_open_task('tasks.status') }} then 'planned_task'
        when tasks.subtype = 'call' then 'logged_call'
        when tasks.subtype = 'email' then 'logged_email'
        else 'note'
    end as kind,
    case
        when {{ is_open_task('tasks.status') }} then 'internal'
        when tasks.subtype = 'call' then coalesce(tasks.call_type, 'outbound')
        when tasks.subtype = 'email' then 'outbound'
        else 'internal'
    end as direction,
    'staff' as author_role,
    tasks.owner_record_key as author_record_key,
    tasks.who_record_key as person_record_key,
    {{ empty_list() }} as participant_record_keys,
    coalesce(
        tasks.account_record_key,
        opportunities.account_record_key,
        case when tasks.what_record_key like 'salesforce:accounts:%' then tasks.what_record_key end
    ) as account_record_key,
    cast(null as string) as agent_id,
    cast(null as string) as run_id,
    cast(null as string) as user_identifier,
    tasks.record_key as thread_key,
    tasks.subject,
    tasks.text,
    tasks.text_original,
    {{ json_object({
        'status': 'tasks.status',
        'priority': 'tasks.priority',
        'about_record_key': 'tasks.what_record_key',
        'call_seconds': 'cast(tasks.call_seconds as bigint)',
    }) }} as metadata,
    tasks.is_deleted,
    tasks.source_file,
    tasks.source_row,
    tasks.recorded_at,
    greatest(tasks.recorded_at, coalesce(opportunities.recorded_at, tasks.recorded_at)) as changed_at
from {{ ref('stg_salesforce__tasks') }} as tasks
left join {{ ref('stg_salesforce__opportunities') }} as opportunities
    on tasks.what_record_key = opportunities.record_key
