{{ config(materialized='ephemeral') }}
{#- Short messages of a thread with their neighbours, in windows of about `memory_window_characters`; a longer message
    in pieces, each by itself: among other messages its part of the meaning would be lost. What one person and the
    company wrote to each other is that person's own; a shared mailbox speaks for the account. -#}
{%- set size = var('memory_window_characters', 420) %}
with spoken as (
    select
        interactions.interaction_id,
        interactions.occurred_at,
        interactions.channel,
        interactions.author_role,
        interactions.account_id,
        interactions.agent_id,
        interactions.run_id,
        interactions.thread_id,
        interactions.subject,
        interactions.metadata,
        interactions.record_key,
        interactions.source,
        interactions.source_file,
        interactions.source_row,
        case when people.kind = 'shared' then null else interactions.person_id end as own_person_id,
        -- What is longer is a log that somebody pasted; all of it stays in the interaction.
        substring(interactions.text, 1, {{ var('memory_text_characters') }}) as told
    from {{ ref('interactions') }} as interactions
    left join {{ ref('people') }} as people on interactions.person_id = people.person_id
    where
        interactions.text is not null
        and coalesce(
            case when people.kind = 'shared' then null else interactions.person_id end, interactions.account_id
        ) is not null
        and interactions.author_role not in ('bot', 'system')
),

-- Without the text itself: each piece would carry all of it along.
cut as (
    select
        {{ star_except(['told']) }},
        length(told) > {{ size }} as is_long,
        {{ text_chunks('told', size) }} as chunks
    from spoken
),

pieces as (
    {{ list_rows_numbered('cut', 'chunks') | indent(4) }}
),

-- A stretch of short messages ends where a long one begins.
units as (
    select
        *,
        trim(item) as piece,
        coalesce(own_person_id, account_id) as owner_id,
        sum(case when is_long then 1 else 0 end) over (
            partition by thread_id, coalesce(own_person_id, account_id), coalesce(run_id, '')
            order by occurred_at, record_key, position rows between unbounded preceding and current row
        ) as stretch
    from pieces
    where trim(item) != ''
),

measured as (
    select
        *,
        coalesce(sum(length(piece)) over (
            partition by thread_id, owner_id, coalesce(run_id, ''), stretch, is_long
            order by occurred_at, record_key, position rows between unbounded preceding and 1 preceding
        ), 0) as characters_before
    from units
),

lines as (
    select
        *,
        cast(floor(characters_before / {{ size }}) as bigint) as window_number,
        case when author_role in ('staff', 'agent') then 0 else length(piece) end as customer_characters,
        case
            when channel in ('call', 'agent') then piece
            else case author_role when 'staff' then 'Staff: ' when 'agent' then 'Agent: ' else 'Customer: ' end || piece
        end as line,
        {{ timestamp_text('occurred_at') }} || record_key || lpad(cast(position as string), 6, '0') as line_order
    from measured
),

windows as (
    select
        owner_id,
        own_person_id,
        account_id,
        thread_id,
        run_id,
        min(channel) as channel,
        min(agent_id) as agent_id,
        min({{ json_text('metadata', 'app_id') }}) as app_id,
        max(subject) as subject,
        max(occurred_at) as occurred_at,
        max_by(interaction_id, line_order) as interaction_id,
        min_by(interaction_id, line_order) as first_interaction_id,
        min_by(position, line_order) as first_position,
        sum(customer_characters) / sum(length(piece)) as customer_share,
        max_by(source, line_order) as source,
        max_by(record_key, line_order) as record_key,
        max_by(source_file, line_order) as source_file,
        max_by(source_row, line_order) as source_row,
        {{ list_text(ordered_list('line', 'line_order'), '\n') }} as said
    from lines
    group by owner_id, own_person_id, account_id, thread_id, run_id, stretch, is_long, window_number
)

select
    {{ hash_id('mem', ["'window'", 'thread_id', 'run_id', 'first_interaction_id', 'cast(first_position as string)']) }}
        as memory_id,
    'window' as kind,
    case when own_person_id is not null then 'person' else 'account' end as entity_type,
    owner_id as entity_id,
    account_id,
    own_person_id as person_id,
    case when own_person_id is not null then 'person' else 'account' end as visibility,
    coalesce(subject || chr(10), '') || said as text,
    occurred_at,
    channel,
    agent_id,
    run_id,
    app_id,
    -- What the customer said counts for more than what was answered.
    cast(round(0.2 + 0.5 * customer_share, 3) as double) as importance,
    true as is_current,
    source,
    record_key,
    source_file,
    source_row,
    interaction_id
from windows
