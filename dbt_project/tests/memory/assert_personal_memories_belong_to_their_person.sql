-- What is somebody's own names that person; what is the account's or the company's names nobody.
select memory_id
from {{ ref('documents') }}
where
    (visibility = 'person' and (person_id is null or entity_id != person_id))
    or (visibility = 'account' and (person_id is not null or account_id is null or entity_id != account_id))
    or (visibility = 'company' and (account_id is not null or person_id is not null))
