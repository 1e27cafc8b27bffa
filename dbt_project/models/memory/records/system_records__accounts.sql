{{ config(materialized='ephemeral') }}
{#- Owner and stage as the CRM kept them: each of the CRM account that stood for the company at the time among those
    that told it, the one changed last. What a deleted account said is taken back. -#}
with delivered as (
    {%- for model, stage, owner_record_key, owner_name in [
        ('salesforce__accounts', 'type', 'owner_record_key', 'cast(null as string)'),
        ('hubspot__companies', 'lifecycle_stage', 'cast(null as string)', 'owner_name'),
    ] %}
        select
            record_key,
            '{{ model.split('__')[0] }}' as source,
            {{ stage }} as stage,
            {{ owner_record_key }} as owner_record_key,
            {{ owner_name }} as owner_name,
            is_deleted,
            coalesce(modified_at, {{ midnight('drop_date') }}) as occurred_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from {{ ref('base_' ~ model) }}
        where reject_reason is null
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

described as (
    select
        links.entity_id,
        delivered.*,
        coalesce(users.name, delivered.owner_name) as owner
    from delivered
    inner join {{ ref('identity_links') }} as links
        on delivered.record_key = links.record_key and links.entity_type = 'account'
    left join {{ ref('stg_salesforce__users') }} as users on delivered.owner_record_key = users.record_key
),

deliveries as (
    {%- for attribute in ['owner', 'stage'] %}
        select
            entity_id,
            '{{ attribute }}' as attribute,
            case when not is_deleted then {{ attribute }} end as value,
            record_key,
            source,
            {{ source_rank('record_key', 'crm_first') }} as precedence,
            occurred_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from described
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

states as (
    {{ standing_states('deliveries') | indent(4) }}
)

select
    'account' as entity_type,
    *
from states
