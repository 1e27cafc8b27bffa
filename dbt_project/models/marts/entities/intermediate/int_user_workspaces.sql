{#- The accounts in whose workspaces a product's user was seen, with the first and the last time. -#}
select
    groups.user_record_key as record_key,
    links.entity_id as account_id,
    min(groups.first_at) as first_at,
    max(groups.last_at) as last_at
from {{ ref('stg_segment__user_groups') }} as groups
inner join {{ ref('identity_links') }} as links
    on groups.group_record_key = links.record_key and links.entity_type = 'account'
group by groups.user_record_key, links.entity_id
