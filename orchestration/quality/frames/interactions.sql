-- Every interaction's key, source and entity.
select interaction_id as key, source_file, coalesce(account_id, person_id) as entity
from lake.marts.interactions
