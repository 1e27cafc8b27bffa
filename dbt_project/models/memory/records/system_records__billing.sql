{{ config(materialized='ephemeral') }}
{#- Plan and monthly revenue as billing kept them, version by version, and who pays at all. -#}
with versions as (
    select * from {{ ref('contract_versions') }}
),

running as (
    select *
    from versions
    where version_number = 1 or ended_at is null or {{ midnight('drop_date') }} < ended_at
),

-- Of several contracts the one that began last names the plan.
plan_deliveries as (
    {%- for relation, value, from_when in [
        ('running', 'plan', 'occurred_at'),
        ('versions', 'cast(null as string)', 'ended_at'),
    ] %}
        select
            entity_id,
            'plan' as attribute,
            {{ value }} as value,
            record_key,
            'stripe' as source,
            {{ newest_first_text('started_at') }} as precedence,
            {{ from_when }} as occurred_at,
            drop_date,
            recorded_at,
            source_file,
            load_id,
            source_row
        from {{ relation }}
        where {{ from_when }} is not null
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

plans as (
    {{ standing_states('plan_deliveries') | indent(4) }}
),

-- What an account pays at a time: every contract's latest amount so far, added up.
amounts as (
    select
        versions.*,
        accounts.currency as told_currency
    from (
        select
            entity_id,
            record_key,
            mrr_minor,
            currency,
            occurred_at,
            recorded_at,
            source_file,
            source_row
        from running
        union all
        select
            entity_id,
            record_key,
            0 as mrr_minor,
            currency,
            ended_at as occurred_at,
            recorded_at,
            source_file,
            source_row
        from versions
        where ended_at is not null and versions_left = 1
    ) as versions
    inner join {{ ref('accounts') }} as accounts on versions.entity_id = accounts.account_id
),

changes as (
    select
        *,
        lag(mrr_minor) over (partition by record_key order by occurred_at, recorded_at) as minor_before
    from amounts
    where currency = told_currency
),

-- Contracts that change at the same moment make one amount.
revenue as (
    select
        *,
        sum(mrr_minor - coalesce(minor_before, 0)) over (partition by entity_id order by occurred_at) as total_minor,
        max(recorded_at) over (partition by entity_id, occurred_at) as known_at
    from changes
    where minor_before is null or minor_before != mrr_minor
    qualify row_number() over (partition by entity_id, occurred_at order by record_key, recorded_at) = 1
)

select
    'account' as entity_type,
    *
from plans

union all

select
    'account' as entity_type,
    entity_id,
    'mrr' as attribute,
    {{ money_text('total_minor', 'upper(currency)') }} as value,
    'affirmed' as polarity,
    occurred_at,
    known_at as created_at,
    'stripe' as source,
    record_key,
    source_file,
    source_row
from revenue

union all

-- Who pays, whatever stage the CRM has them in: since the first contract began, until none stands any more.
{% for state, holds, since, shown_by, order in [
    ('customer', "accounts.state in ('customer', 'former customer')", 'customer_since_at', 'started_at', 'asc'),
    ('former customer', "accounts.state = 'former customer'", 'contract_ended_at', 'ended_at', 'desc'),
] %}
    select
        'account' as entity_type,
        accounts.account_id as entity_id,
        'state' as attribute,
        '{{ state }}' as value,
        'affirmed' as polarity,
        accounts.{{ since }} as occurred_at,
        contracts.recorded_at as created_at,
        'stripe' as source,
        contracts.record_key,
        contracts.source_file,
        contracts.source_row
    from {{ ref('accounts') }} as accounts
    inner join versions as contracts on accounts.account_id = contracts.entity_id
    where contracts.{{ shown_by }} is not null and {{ holds }}
    -- The first that was heard of it.
    qualify
        row_number() over (
            partition by accounts.account_id
            order by contracts.{{ shown_by }} {{ order }}, contracts.recorded_at asc, contracts.record_key asc
        ) = 1
    {% if not loop.last %}union all{% endif %}
{% endfor %}
