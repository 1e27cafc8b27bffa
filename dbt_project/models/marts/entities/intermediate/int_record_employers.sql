{#- The accounts that a person's record named one after the other, of the records that named several. -#}
{%- set tools = [
    ('salesforce__contacts', 'account_record_key', 'title'),
    ('hubspot__contacts', list_item('company_record_keys', 1), 'title'),
    ('zendesk__users', 'organization_record_key', 'cast(null as string)'),
    ('intercom__contacts', list_item('company_record_keys', 1), 'cast(null as string)'),
    ('custom__people', 'account_record_key', 'title'),
] %}
with told as (
    {%- for model, account_record_key, title in tools %}
        select
            record_key,
            {{ account_record_key }} as account_record_key,
            {{ title }} as title,
            created_at,
            coalesce(modified_at, {{ midnight('drop_date') }}) as told_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from {{ ref('base_' ~ model) }}
        where reject_reason is null and not is_deleted
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

placed as (
    select
        told.*,
        persons.entity_id as person_id,
        accounts.entity_id as account_id,
        row_number() over in_order as version_number,
        lag(accounts.entity_id) over in_order as account_before
    from told
    inner join {{ ref('identity_links') }} as persons
        on told.record_key = persons.record_key and persons.entity_type = 'person' and persons.kind = 'customer'
    inner join {{ ref('identity_links') }} as accounts
        on told.account_record_key = accounts.record_key and accounts.entity_type = 'account'
    window in_order as (
        partition by told.record_key
        order by told.told_at, {{ by_delivery(relation='told') }}
    )
),

stints as (
    select
        record_key,
        person_id,
        account_id,
        title,
        version_number = 1 as is_first,
        case when version_number = 1 then coalesce(created_at, told_at) else told_at end as since_at,
        lead(told_at) over (partition by record_key order by version_number) as until_at
    from placed
    where account_before is null or account_before != account_id
)

select
    *,
    -- Bounds that are never null, for joins: what was said before the first version was said for that account too.
    case when is_first then cast('0001-01-01' as {{ type_timestamptz() }}) else since_at end as holds_from,
    coalesce(until_at, cast('9999-12-31' as {{ type_timestamptz() }})) as holds_until
from stints
where not is_first or until_at is not null
