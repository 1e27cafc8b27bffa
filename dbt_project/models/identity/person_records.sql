{%- set origins = [
    'calendar', 'custom', 'hubspot', 'intercom', 'intercom__admins', 'mailbox', 'salesforce', 'salesforce__users', 'segment',
    'stripe', 'twilio', 'zendesk',
] -%}
with records as (
    {%- for origin in origins %}
        select * from {{ ref('person_records__' ~ origin) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- Who wrote from an address before it was corrected in a tool is whom the tool knows by another now.
earlier as (
    {%- for stream in [
        'salesforce__contacts', 'hubspot__contacts', 'zendesk__users', 'intercom__contacts', 'custom__people',
    ] %}
        {{ earlier_emails(stream) | indent(8) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

addressed as (
    select
        *,
        {{ mail_domain('email') }} as mail_domain,
        {{ mail_local_part('email') }} as mail_local_part
    from records
)

select
    addressed.record_key,
    addressed.source,
    addressed.stream,
    addressed.native_id,
    addressed.full_name,
    addressed.given_name,
    addressed.family_name,
    addressed.email,
    {{ list_union('addressed.other_emails', 'coalesce(earlier.emails, ' ~ empty_list() ~ ')') }} as other_emails,
    addressed.phone,
    addressed.other_phones,
    addressed.title,
    addressed.company_name,
    case when free_mail_domains.domain is null then addressed.mail_domain end as company_domain,
    addressed.account_record_key,
    addressed.external_ids,
    addressed.same_as_record_key,
    addressed.city,
    addressed.country,
    case
        -- A CRM user or agent whose mailbox is a machine's is the machine that writes through it.
        when addressed.kind = 'bot' or generic_mailboxes.kind = 'bot' then 'bot'
        when addressed.kind in ('staff', 'shared') then addressed.kind
        -- The CRM knows whom it calls a contact, even when that person gave a shared mailbox.
        when generic_mailboxes.kind = 'shared' and addressed.source not in ('salesforce', 'hubspot') then 'shared'
        when own_domains.domain is not null then 'staff'
        else addressed.kind
    end as kind,
    addressed.first_drop_date,
    addressed.first_recorded_at,
    addressed.source_file,
    addressed.source_row
from addressed
left join {{ ref('free_mail_domains') }} as free_mail_domains on addressed.mail_domain = free_mail_domains.domain
left join {{ ref('generic_mailboxes') }} as generic_mailboxes
    on addressed.mail_local_part = generic_mailboxes.local_part
left join earlier on addressed.record_key = earlier.record_key
left join {{ ref('own_domains') }} as own_domains on addressed.mail_domain = own_domains.domain
