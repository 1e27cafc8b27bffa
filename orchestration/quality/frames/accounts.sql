-- Keys of marts.accounts.
select account_id as key
from lake.marts.accounts
