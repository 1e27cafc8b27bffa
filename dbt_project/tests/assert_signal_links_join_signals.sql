-- Both ends of a link are signals of the account, the earlier one first.
select links.link_id
from {{ ref('signal_links') }} as links
left join {{ ref('signals') }} as earlier on links.from_signal_id = earlier.signal_id
left join {{ ref('signals') }} as later on links.to_signal_id = later.signal_id
where
    earlier.account_id is distinct from links.account_id
    or later.account_id is distinct from links.account_id
    or not earlier.occurred_at < later.occurred_at
