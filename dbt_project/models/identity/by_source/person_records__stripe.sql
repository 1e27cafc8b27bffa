-- Stripe's customer is the company that pays; its e-mail belongs to a person or to the accounting mailbox.
select
    record_key,
    'stripe' as source,
    'customers' as stream,
    native_id,
    cast(null as string) as full_name,
    cast(null as string) as given_name,
    cast(null as string) as family_name,
    email,
    {{ empty_list() }} as other_emails,
    cast(null as string) as phone,
    {{ empty_list() }} as other_phones,
    cast(null as string) as title,
    name as company_name,
    record_key as account_record_key,
    {{ empty_list() }} as external_ids,
    cast(null as string) as same_as_record_key,
    city,
    country,
    cast(null as string) as kind,
    first_drop_date,
    first_recorded_at,
    source_file,
    source_row
from {{ ref('stg_stripe__customers') }}
where email is not null
