{%- set kinds = [
    'usage_drop', 'usage_surge', 'feature_abandoned', 'onboarding_stalled', 'support_spike', 'ticket_slow',
    'ticket_reopened', 'negative_tone', 'champion_departed', 'new_executive', 'payment_failed', 'invoice_overdue',
    'downgrade', 'expansion', 'renewal_due_90', 'renewal_due_60', 'renewal_due_30', 'contract_ended',
    'competitor_mentioned', 'silence', 'promise_broken',
] %}
with detected as (
    {%- for kind in kinds %}
        select * from {{ ref('signal_' ~ kind) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    {{ hash_id(
        'sig', ['detected.kind', timestamp_text('detected.occurred_at'), 'detected.subject_key']
    ) }} as signal_id,
    detected.kind,
    detected.account_id,
    detected.person_id,
    detected.occurred_at,
    detected.detected_at,
    coalesce(detected.severity, kinds.severity) as severity,
    kinds.tone,
    detected.value,
    detected.baseline,
    kinds.unit,
    detected.detail,
    detected.evidence,
    {{ list_item('detected.evidence', 1) }} as record_key
from detected
inner join {{ ref('signal_kinds') }} as kinds on detected.kind = kinds.kind
where detected.occurred_at <= {{ as_of() }} and detected.detected_at <= {{ as_of() }}
