select
    account_id,
    person_id
from {{ ref('account_people') }}
where invalid_at < valid_at
