{{ config(materialized='ephemeral') }}
{#- Title, e-mail and phone as the CRM kept them: each of the contact that stood first at the time among those that told
    it (of an account that the person had not left, not marked as gone, changed last). What it says of a place where the
    person no longer works is taken back, as all that a deleted contact said; a phone is the person's own. -#}
with contacts as (
    select
        record_key,
        account_record_key
    from {{ ref('stg_salesforce__contacts') }}
    union all
    select
        record_key,
        company_record_key as account_record_key
    from {{ ref('stg_hubspot__contacts') }}
),

delivered as (
    {%- for tool, status in [('salesforce', 'status'), ('hubspot', 'cast(null as string)')] %}
        select
            record_key,
            '{{ tool }}' as source,
            title,
            email,
            phone,
            mobile_phone,
            right({{ regex_replace('phone', '[^0-9]') }}, 8) as desk_digits,
            right({{ regex_replace('mobile_phone', '[^0-9]') }}, 8) as mobile_digits,
            {{ status }} as status,
            is_deleted,
            coalesce(modified_at, {{ midnight('drop_date') }}) as said_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from {{ ref('base_' ~ tool ~ '__contacts') }}
        where reject_reason is null
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- When the person left the account of a contact for the one where they are now.
moved as (
    select
        contacts.record_key,
        coalesce(former.invalid_at, present.valid_at) as moved_at
    from contacts
    inner join {{ ref('identity_links') }} as links
        on contacts.record_key = links.record_key and links.entity_type = 'person'
    inner join {{ ref('identity_links') }} as account_links
        on contacts.account_record_key = account_links.record_key and account_links.entity_type = 'account'
    inner join {{ ref('people') }} as people on links.entity_id = people.person_id
    inner join {{ ref('account_people') }} as former
        on links.entity_id = former.person_id and account_links.entity_id = former.account_id
    inner join {{ ref('account_people') }} as present
        on links.entity_id = present.person_id and people.account_id = present.account_id
    where account_links.entity_id != people.account_id
),

-- Numbers as identity spells them. One that several people have, a switchboard's, is nothing that holds of one.
numbers as (
    select
        record_key,
        right(value, 8) as last_digits,
        min(value) as number,
        max(case when is_ambiguous then 1 else 0 end) = 1 as is_shared
    from {{ ref('int_record_phones') }}
    group by record_key, right(value, 8)
),

described as (
    select
        links.entity_id,
        delivered.*,
        coalesce(
            case when not coalesce(mobiles.is_shared, false) then coalesce(mobiles.number, delivered.mobile_phone) end,
            case when not coalesce(desks.is_shared, false) then coalesce(desks.number, delivered.phone) end
        ) as own_phone,
        private.domain is not null as is_private,
        slips.email is not null as is_slip,
        moved.moved_at
    from delivered
    inner join {{ ref('identity_links') }} as links
        on
            delivered.record_key = links.record_key
            and links.entity_type = 'person' and links.kind = 'customer'
    left join moved on delivered.record_key = moved.record_key
    left join numbers as mobiles
        on delivered.record_key = mobiles.record_key and delivered.mobile_digits = mobiles.last_digits
    left join numbers as desks on delivered.record_key = desks.record_key and delivered.desk_digits = desks.last_digits
    left join {{ ref('int_email_slips') }} as slips
        on links.entity_id = slips.person_id and delivered.email = slips.email
    left join {{ ref('free_mail_domains') }} as private on {{ mail_domain('delivered.email') }} = private.domain
),

employed as (
    select
        *,
        said_at as occurred_at,
        coalesce(said_at >= moved_at, false) as has_moved
    from described

    union all

    -- The last that a contact said before the move is what it says of a former place from the move on.
    select
        *,
        moved_at as occurred_at,
        true as has_moved
    from described
    where said_at < moved_at
    qualify row_number() over (
        partition by record_key
        order by said_at desc, {{ by_delivery('desc') }}
    ) = 1
),

deliveries as (
    {%- for attribute, holds, value in [
        ('title', 'not has_moved', 'title'),
        ('email', '(not has_moved or is_private) and not is_slip', 'email'),
        ('phone', 'true', 'own_phone'),
    ] %}
        select
            entity_id,
            '{{ attribute }}' as attribute,
            case when not is_deleted and {{ holds }} then {{ value }} end as value,
            record_key,
            source,
            case when has_moved then '1' else '0' end
            || case when status = 'left' then '1' else '0' end
            || {{ source_rank('record_key', 'crm_first') }} as precedence,
            occurred_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from employed
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

states as (
    {{ standing_states('deliveries') | indent(4) }}
)

select
    'person' as entity_type,
    *
from states
