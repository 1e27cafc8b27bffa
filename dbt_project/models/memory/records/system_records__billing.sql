{{ config(materialized='ephemeral') }}
{#- Plan, monthly revenue and renewal day as billing kept them, version by version; a contract's end takes its plan
    back, and makes a former customer. -#}
with versions as (
    select
        subscriptions.account_id as entity_id,
        subscriptions.started_at,
        subscriptions.ended_at,
        subscriptions.renewal_on,
        accounts.currency as told_currency,
        versions.*,
        row_number() over (partition by versions.record_key order by versions.drop_date) as version_number,
        row_number() over (partition by versions.record_key order by versions.drop_date desc) as versions_left
    from {{ ref('stg_stripe__subscription_versions') }} as versions
    inner join {{ ref('subscriptions') }} as subscriptions on versions.record_key = subscriptions.record_key
    inner join {{ ref('accounts') }} as accounts on subscriptions.account_id = accounts.account_id
),

items as (
    {{ subscription_item_columns('versions') | indent(4) }}
),

plans as (
    select
        items.record_key,
        items.drop_date,
        nullif({{ list_text(sorted_distinct_list('products.name'), ', ') }}, '') as plan
    from items
    left join {{ ref('stg_stripe__products') }} as products
        on {{ record_key('stripe', 'products', 'items.product_native_id') }} = products.record_key
    group by items.record_key, items.drop_date
),

states as (
    select
        versions.entity_id,
        versions.record_key,
        plans.plan,
        versions.mrr_minor,
        versions.currency,
        versions.told_currency,
        -- What was first seen long after the contract began need not have held from then on.
        case
            when
                versions.version_number = 1
                and {{ midnight('versions.drop_date') }} <= {{ add_days('versions.started_at', 31) }}
                then versions.started_at
            else {{ midnight('versions.drop_date') }}
        end as occurred_at,
        versions.recorded_at,
        versions.source_file,
        versions.source_row
    from versions
    left join plans on versions.record_key = plans.record_key and versions.drop_date = plans.drop_date
    where
        versions.version_number = 1
        or versions.ended_at is null
        or {{ midnight('versions.drop_date') }} < versions.ended_at
),

-- What an account pays at a time: every contract's latest amount so far, added up.
changes as (
    select
        *,
        mrr_minor
        - coalesce(lag(mrr_minor) over (partition by record_key order by occurred_at, recorded_at), 0) as mrr_change
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
        from states
        where currency = told_currency
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
        where ended_at is not null and versions_left = 1 and currency = told_currency
    ) as amounts
),

revenue as (
    select
        *,
        sum(mrr_change) over (
            partition by entity_id
            order by occurred_at, record_key, recorded_at rows between unbounded preceding and current row
        ) as total_minor
    from changes
)

select
    'account' as entity_type,
    entity_id,
    'plan' as attribute,
    plan as value,
    'affirmed' as polarity,
    occurred_at,
    recorded_at as created_at,
    'stripe' as source,
    record_key,
    source_file,
    source_row
from states
where plan is not null

union all

select
    'account' as entity_type,
    versions.entity_id,
    'plan' as attribute,
    plans.plan as value,
    'negated' as polarity,
    versions.ended_at as occurred_at,
    versions.recorded_at as created_at,
    'stripe' as source,
    versions.record_key,
    versions.source_file,
    versions.source_row
from versions
inner join plans on versions.record_key = plans.record_key and versions.drop_date = plans.drop_date
where versions.versions_left = 1 and versions.ended_at is not null and plans.plan is not null

union all

select
    'account' as entity_type,
    entity_id,
    'mrr' as attribute,
    {{ money_text('total_minor', 'upper(currency)') }} as value,
    'affirmed' as polarity,
    occurred_at,
    recorded_at as created_at,
    'stripe' as source,
    record_key,
    source_file,
    source_row
from revenue

union all

select
    'account' as entity_type,
    entity_id,
    'renewal_on' as attribute,
    cast(renewal_on as string) as value,
    'affirmed' as polarity,
    started_at as occurred_at,
    recorded_at as created_at,
    'stripe' as source,
    record_key,
    source_file,
    source_row
from versions
where versions_left = 1 and renewal_on is not null and ended_at is null

union all

-- Who pays, whatever stage the CRM has them in: since the first contract began, until none stands any more.
{% for state, holds, since, contract, order in [
    ('customer', "accounts.state in ('customer', 'former customer')", 'accounts.customer_since_at', 'started_at', 'asc'),
    ('former customer', "accounts.state = 'former customer'", 'accounts.contract_ended_at', 'ended_at', 'desc'),
] %}
    select
        'account' as entity_type,
        accounts.account_id as entity_id,
        'state' as attribute,
        '{{ state }}' as value,
        'affirmed' as polarity,
        {{ since }} as occurred_at,
        contracts.recorded_at as created_at,
        'stripe' as source,
        contracts.record_key,
        contracts.source_file,
        contracts.source_row
    from {{ ref('accounts') }} as accounts
    inner join versions as contracts on accounts.account_id = contracts.entity_id
    where contracts.versions_left = 1 and {{ holds }}
    qualify
        row_number() over (
            partition by accounts.account_id
            order by contracts.{{ contract }} {{ order }} nulls last, contracts.record_key asc
        ) = 1
    {% if not loop.last %}union all{% endif %}
{% endfor %}
