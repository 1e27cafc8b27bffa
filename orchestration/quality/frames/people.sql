-- Keys of marts.people.
select person_id as key
from lake.marts.people
