{{ config(materialized='ephemeral') }}
{#- The renewal day: of the CRM's next open deal about it, else of the contract that renews first. A deal that is closed
    and a contract that ends name none any more. -#}
with deals as (
    select
        links.entity_id,
        versions.record_key,
        'salesforce' as source,
        case
            when
                not versions.is_deleted and not versions.is_closed and lower(versions.type) like '%renewal%'
                then versions.close_on
        end as renewal_on,
        coalesce(versions.modified_at, {{ midnight('versions.drop_date') }}) as occurred_at,
        versions.drop_date,
        versions.recorded_at,
        versions.source_file,
        versions.load_id,
        versions.source_row
    from {{ ref('base_salesforce__opportunities') }} as versions
    inner join {{ ref('identity_links') }} as links
        on versions.account_record_key = links.record_key and links.entity_type = 'account'
    where versions.reject_reason is null
),

contracts as (
    {%- for renewal_on, from_when, holds in [
        ('renewal_on', 'occurred_at', "ended_at is null or " ~ midnight('drop_date') ~ " < ended_at"),
        ('cast(null as date)', 'ended_at', 'ended_at is not null'),
    ] %}
        select
            entity_id,
            record_key,
            'stripe' as source,
            {{ renewal_on }} as renewal_on,
            {{ from_when }} as occurred_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from {{ ref('contract_versions') }}
        where {{ holds }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

named as (
    {%- for relation in ['deals', 'contracts'] %}
        select
            *,
            {{ renewal_rank(loop.index, 'renewal_on') }} as precedence
        from {{ relation }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

deliveries as (
    select
        entity_id,
        'renewal_on' as attribute,
        cast(renewal_on as string) as value,
        record_key,
        source,
        precedence,
        occurred_at,
        drop_date,
        recorded_at,
        source_file,
        load_id,
        source_row
    from named
),

states as (
    {{ standing_states('deliveries') | indent(4) }}
)

select
    'account' as entity_type,
    *
from states
