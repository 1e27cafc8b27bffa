select
    {{ signal(
        'renewal_due_60',
        account_id='renewals.account_id',
        occurred_at=add_days(midnight('renewals.renewal_on'), -60),
        value='60',
        subject="renewals.record_key || '@' || cast(renewals.renewal_on as string)",
        evidence=list_of(['renewals.record_key']),
        detail="'the contract renews on ' || cast(renewals.renewal_on as string)",
    ) }}
from {{ ref('int_renewals') }} as renewals
inner join {{ ref('int_account_spans') }} as spans on renewals.account_id = spans.account_id
where {{ utc_date(add_days(midnight('renewals.renewal_on'), -60)) }} between spans.first_day and spans.last_day
