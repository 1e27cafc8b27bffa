{#- The signal that an account's contract renews in so many days. A complete select. -#}
{% macro renewal_due_signal(days) -%}
{%- set due_at = add_days(midnight('renewals.renewal_on'), -days) -%}
select
    {{ signal(
        'renewal_due_' ~ days,
        account_id='renewals.account_id',
        occurred_at=due_at,
        value=days | string,
        subject="renewals.record_key || '@' || cast(renewals.renewal_on as string)",
        evidence=list_of(['renewals.record_key']),
        detail="'the contract renews on ' || cast(renewals.renewal_on as string)",
    ) }}
from {{ ref('int_renewals') }} as renewals
inner join {{ ref('int_account_spans') }} as spans on renewals.account_id = spans.account_id
where {{ utc_date(due_at) }} between spans.first_day and spans.last_day
{%- endmacro %}

{#- The signal that an account began to pay more (expansion) or less (downgrade). A complete select. -#}
{% macro contract_change_signal(kind) -%}
select
    {{ signal(
        kind,
        account_id='account_id',
        occurred_at='occurred_at',
        value='amount_minor',
        baseline='earlier_minor',
        subject='record_key',
        evidence=list_of(['record_key', 'paid_record_key']),
        detail="coalesce(('pays ' || " ~ rounded('100.0 * amount_minor / earlier_minor') ~ " || ' % of before'), 'deal won, no bill shows it')",
    ) }}
from {{ ref('int_contract_changes') }}
where kind = '{{ kind }}'
{%- endmacro %}
