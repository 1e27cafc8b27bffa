select distinct
    interactions.channel,
    interactions.kind
from {{ ref('interactions') }} as interactions
left join {{ ref('interaction_kinds') }} as kinds
    on interactions.channel = kinds.channel and interactions.kind = kinds.kind
where kinds.kind is null
