{{ config(materialized='ephemeral') }}
{#- Title, e-mail and phone as the CRM kept them, version by version: of the one contact that stands for the person
    (of the account where the person works now, not marked as gone, changed last). What it says of a place where the
    person no longer works is taken back; a phone is the person's own. -#}
with contacts as (
    select
        links.entity_id,
        contacts.record_key,
        case when account_links.entity_id != people.account_id then account_links.entity_id end as former_account_id,
        people.account_id
    from {{ ref('stg_salesforce__contacts') }} as contacts
    inner join {{ ref('identity_links') }} as links
        on contacts.record_key = links.record_key and links.entity_type = 'person' and links.kind = 'customer'
    left join {{ ref('identity_links') }} as account_links
        on contacts.account_record_key = account_links.record_key and account_links.entity_type = 'account'
    left join {{ ref('people') }} as people on links.entity_id = people.person_id
    where not contacts.is_deleted
    qualify row_number() over (
        partition by links.entity_id
        order by
            case when account_links.entity_id = people.account_id then 0 else 1 end,
            case when contacts.status = 'left' then 1 else 0 end,
            contacts.modified_at desc,
            contacts.record_key asc
    ) = 1
),

moved as (
    select
        contacts.entity_id,
        contacts.record_key,
        coalesce(former.invalid_at, present.valid_at) as moved_at
    from contacts
    inner join {{ ref('account_people') }} as former
        on contacts.entity_id = former.person_id and contacts.former_account_id = former.account_id
    inner join {{ ref('account_people') }} as present
        on contacts.entity_id = present.person_id and contacts.account_id = present.account_id
),

-- A number that several people have is a switchboard's, and nothing that holds of one of them.
switchboards as (
    select distinct record_key
    from {{ ref('int_record_phones') }}
    where is_ambiguous
),

dated as (
    select
        contacts.entity_id,
        moved.moved_at,
        versions.*,
        coalesce(versions.mobile_phone, case when switchboards.record_key is null then versions.phone end)
            as own_phone,
        coalesce(versions.modified_at, {{ midnight('versions.drop_date') }}) as occurred_at
    from {{ ref('base_salesforce__contacts') }} as versions
    inner join contacts on versions.record_key = contacts.record_key
    left join moved on versions.record_key = moved.record_key
    left join switchboards on versions.record_key = switchboards.record_key
    where versions.reject_reason is null and not versions.is_deleted
),

versions as (
    select
        *,
        lag(title) over of_contact as title_before,
        lag(email) over of_contact as email_before,
        lag(own_phone) over of_contact as phone_before
    from dated
    window of_contact as (partition by record_key order by occurred_at, recorded_at, source_file, source_row)
)

{% for attribute, expression in [('title', 'title'), ('email', 'email'), ('phone', 'own_phone')] %}
    select
        'person' as entity_type,
        entity_id,
        '{{ attribute }}' as attribute,
        coalesce({{ expression }}, '*') as value,
        case when {{ expression }} is null then 'negated' else 'affirmed' end as polarity,
        occurred_at,
        recorded_at as created_at,
        'salesforce' as source,
        record_key,
        source_file,
        source_row
    from versions
    where
        coalesce({{ expression }}, {{ attribute }}_before) is not null
        {%- if attribute != 'phone' %}
            and (moved_at is null or occurred_at < moved_at)
        {%- endif %}
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
{% for attribute in ['title', 'email'] %}
    union all

    select
        'person' as entity_type,
        versions.entity_id,
        '{{ attribute }}' as attribute,
        '*' as value,
        'negated' as polarity,
        versions.moved_at as occurred_at,
        max(versions.recorded_at) as created_at,
        'salesforce' as source,
        versions.record_key,
        max(versions.source_file) as source_file,
        max_by(versions.source_row, versions.source_file) as source_row
    from versions
    left join {{ ref('free_mail_domains') }} as private on {{ mail_domain('versions.email') }} = private.domain
    where
        versions.{{ attribute }} is not null
        and versions.occurred_at < versions.moved_at
        {%- if attribute == 'email' %}
            and private.domain is null
        {%- endif %}
    group by versions.entity_id, versions.moved_at, versions.record_key
{%- endfor %}
