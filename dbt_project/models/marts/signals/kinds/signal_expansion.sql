select
    {{ signal(
        'expansion',
        account_id='account_id',
        occurred_at='occurred_at',
        value='amount_minor',
        baseline='earlier_minor',
        subject='record_key',
        evidence=list_of(['record_key', 'paid_record_key']),
        detail="coalesce(('pays ' || " ~ rounded('100.0 * amount_minor / earlier_minor') ~ " || ' % of before'), 'deal won, no bill shows it yet')",
    ) }}
from {{ ref('int_contract_changes') }}
where kind = 'expansion'
