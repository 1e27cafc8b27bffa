{#- Every day on which an account's contract renews or renewed: the one that is known, and its yearly returns in
    the past. -#}
{%- set look_back_years = var('signals')['renewal_due']['look_back_years'] %}
with contracts as (
    select
        account_id,
        max_by(record_key, ({{ timestamp_text('started_at') }} || record_key)) as record_key,
        max(renewal_on) as renewal_on
    from {{ ref('subscriptions') }}
    group by account_id
),

known as (
    select
        accounts.account_id,
        coalesce(accounts.renewal_on, contracts.renewal_on) as renewal_on,
        coalesce(accounts.renewal_record_key, contracts.record_key) as record_key
    from {{ ref('accounts') }} as accounts
    left join contracts on accounts.account_id = contracts.account_id
    where coalesce(accounts.renewal_on, contracts.renewal_on) is not null
),

dated as (
    {%- for years in range(look_back_years + 1) %}
        select
            account_id,
            record_key,
            {{ years }} as years_back,
            cast({{ dbt.dateadd('year', -years, 'renewal_on') }} as date) as renewal_on
        from known
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    dated.account_id,
    dated.record_key,
    dated.renewal_on
from dated
inner join {{ ref('int_account_spans') }} as spans on dated.account_id = spans.account_id
where
    -- Where billing does not tell since when, the day that the CRM names is the only one known.
    case
        when spans.customer_since is null then dated.years_back = 0
        else {{ days_between('spans.customer_since', 'dated.renewal_on') }} > 300
    end
    and {{ days_between('spans.first_day', 'dated.renewal_on') }} > 0
