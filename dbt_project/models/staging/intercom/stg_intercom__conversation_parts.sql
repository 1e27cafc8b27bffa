with conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

part_rows as (
    {{ json_rows('conversations', 'parts') | indent(4) }}
),

openings as (
    select
        native_id,
        record_key,
        record_key as conversation_record_key,
        cast(0 as bigint) as part_number,
        coalesce(delivered_as, 'opening') as part_type,
        subject,
        author_type,
        author_id,
        author_name,
        author_email,
        body,
        attachments,
        created_at as occurred_at,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row,
        drop_date,
        recorded_at
    from conversations
),

parts as (
    select
        {{ json_text('item', 'id') }} as native_id,
        'intercom:conversation_parts:' || {{ json_text('item', 'id') }} as record_key,
        record_key as conversation_record_key,
        cast(position as bigint) as part_number,
        {{ json_text('item', 'part_type') }} as part_type,
        cast(null as string) as subject,
        lower({{ json_text('item', 'author.type') }}) as author_type,
        {{ json_text('item', 'author.id') }} as author_id,
        {{ json_text('item', 'author.name') }} as author_name,
        lower({{ json_text('item', 'author.email') }}) as author_email,
        {{ json_text('item', 'body') }} as body,
        {{ json_text_array('item', path='attachments', field='name') }} as attachments,
        coalesce({{ timestamp_unix(json_text('item', 'created_at')) }}, created_at) as occurred_at,
        first_drop_date,
        first_recorded_at,
        source_file,
        source_row,
        drop_date,
        recorded_at
    from part_rows
    where {{ json_text('item', 'id') }} is not null
),

messages as (
    select * from openings
    union all
    select * from parts
)

select
    native_id,
    conversation_record_key,
    part_number,
    part_type,
    subject,
    case when author_type in ('user', 'lead', 'contact') then 'user' else author_type end as author_type,
    case
        when author_type in ('user', 'lead', 'contact') then 'intercom:contacts:' || author_id
        when author_type = 'admin' then 'intercom:admins:' || author_id
    end as author_record_key,
    author_name,
    author_email,
    {{ html_to_text('body') }} as text,
    body as text_original,
    attachments,
    occurred_at,
    {{ provenance() }}
from messages
qualify row_number() over (partition by record_key order by conversation_record_key, part_number) = 1
