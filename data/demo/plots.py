"""Every signal that can be staged, by its name."""

from __future__ import annotations

from collections.abc import Callable

from data.demo import plots_done as done
from data.demo import plots_said as said
from data.demo.model import Step
from data.demo.scene import Scene

STAGED: dict[str, Callable[[Scene], Step | None]] = {
    "champion_departed": said.champion_departed,
    "new_executive": said.new_executive,
    "support_spike": said.support_spike,
    "ticket_slow": said.ticket_slow,
    "ticket_reopened": said.ticket_reopened,
    "negative_tone": said.negative_tone,
    "competitor_mentioned": said.competitor_mentioned,
    "promise_broken": said.promise_broken,
    "usage_drop": done.usage_drop,
    "usage_surge": done.usage_surge,
    "feature_abandoned": done.feature_abandoned,
    "onboarding_stalled": done.onboarding_stalled,
    "payment_failed": done.payment_failed,
    "invoice_overdue": done.invoice_overdue,
    "downgrade": done.downgrade,
    "expansion": done.expansion,
    "silence": done.silence,
    "contract_ended": done.contract_ended,
    **{f"renewal_due_{days}": done.renewal_due(days) for days in (90, 60, 30)},
}
