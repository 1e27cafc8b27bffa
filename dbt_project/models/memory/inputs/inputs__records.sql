{{ config(materialized='ephemeral') }}
{#- Fields of records that state something about their subject. Every version we were given counts, so that a
    flag set
    in January and taken back in April gives two statements, however many nights landed them. -#}
with versions as (
    select
        record_key,
        'salesforce' as source,
        'contacts' as stream,
        '{"do_not_call":"' || cast(do_not_call as string)
        || '","has_opted_out_of_email":"' || cast(has_opted_out_of_email as string) || '"}' as structured,
        cast(null as string) as text,
        record_key as person_record_key,
        account_record_key,
        coalesce(modified_at, {{ midnight('drop_date') }}) as occurred_at,
        drop_date,
        recorded_at,
        source_file,
        load_id,
        source_row
    from {{ ref('base_salesforce__contacts') }}
    where reject_reason is null and not is_deleted

    union all

    select
        record_key,
        'intercom' as source,
        'contacts' as stream,
        '{"is_unsubscribed":"' || cast(is_unsubscribed as string) || '"}' as structured,
        cast(null as string) as text,
        record_key as person_record_key,
        {{ list_item('company_record_keys', 1) }} as account_record_key,
        coalesce(modified_at, {{ midnight('drop_date') }}) as occurred_at,
        drop_date,
        recorded_at,
        source_file,
        load_id,
        source_row
    from {{ ref('base_intercom__contacts') }}
    where reject_reason is null

    union all

    select
        record_key,
        'zendesk' as source,
        'users' as stream,
        '{"locale":"' || {{ regex_replace('lower(locale)', '[^a-z-]') }} || '"}' as structured,
        cast(null as string) as text,
        record_key as person_record_key,
        organization_record_key as account_record_key,
        -- The first that we were given held since the user was made, for all we know.
        case
            when
                coalesce(modified_at, created_at)
                = min(coalesce(modified_at, created_at)) over (partition by record_key)
                then coalesce(created_at, modified_at)
            else coalesce(modified_at, {{ midnight('drop_date') }})
        end as occurred_at,
        drop_date,
        recorded_at,
        source_file,
        load_id,
        source_row
    from {{ ref('base_zendesk__users') }}
    where reject_reason is null and role = 'end-user' and locale is not null

    union all

    select
        record_key,
        'zendesk' as source,
        'tickets' as stream,
        '{"satisfaction_score":"' || {{ regex_replace('lower(satisfaction_score)', '[^a-z_]') }} || '"}' as structured,
        satisfaction_comment as text,
        requester_record_key as person_record_key,
        organization_record_key as account_record_key,
        coalesce(modified_at, {{ midnight('drop_date') }}) as occurred_at,
        drop_date,
        recorded_at,
        source_file,
        load_id,
        source_row
    from {{ ref('base_zendesk__tickets') }}
    where reject_reason is null and satisfaction_score in ('good', 'bad')

    union all

    select
        record_key,
        'intercom' as source,
        'conversations' as stream,
        '{"rating":"' || cast(rating as string) || '"}' as structured,
        rating_remark as text,
        {{ list_item('contact_record_keys', 1) }} as person_record_key,
        cast(null as string) as account_record_key,
        coalesce(modified_at, {{ midnight('drop_date') }}) as occurred_at,
        drop_date,
        recorded_at,
        source_file,
        load_id,
        source_row
    from {{ ref('base_intercom__conversations') }}
    where reject_reason is null and rating is not null
),

changes as (
    select
        *,
        lag(structured || coalesce(text, '')) over (
            partition by record_key order by occurred_at, {{ by_delivery() }}
        ) as structured_before
    from versions
)

select
    {{ hash_id('inp', ['record_key', 'structured', 'text', timestamp_text('occurred_at')]) }} as input_id,
    record_key,
    cast(null as string) as interaction_id,
    source,
    stream,
    cast(null as string) as channel,
    'inbound' as direction,
    text,
    structured,
    'customer' as author_role,
    person_record_key,
    account_record_key,
    occurred_at,
    recorded_at,
    source_file,
    source_row
from changes
where structured_before is null or structured_before != structured || coalesce(text, '')
