"""Single signals that belong to no story: accidents every account may have, drawn independently of each other.

Only an end is no accident to what comes after it: nothing does.
"""

from __future__ import annotations

from datetime import timedelta

from data.demo.model import Account
from data.demo.plots import STAGED
from data.demo.plots_done import onboarding_stalled
from data.demo.rng import chance, stream
from data.demo.scene import Director, Scene
from data.demo.timeline import END, START, working_moment

# Share of accounts in which the signal happens once without anything before or after it.
SHARES = {
    "contract_ended": 0.06,
    "support_spike": 0.1,
    "negative_tone": 0.12,
    "ticket_slow": 0.12,
    "ticket_reopened": 0.15,
    "champion_departed": 0.06,
    "new_executive": 0.08,
    "downgrade": 0.06,
    "expansion": 0.08,
    "silence": 0.06,
}


# Share of new customers who hardly start and stay all the same.
STALLED_SHARE = 0.12


def distract(director: Director, account: Account) -> None:
    """Stage the account's accidents; they are the same with stories and without."""
    begin = max(account.company.since, START) + timedelta(days=60)
    for signal, share in SHARES.items():
        key = f"D{account.company.index + 1:05d}-{signal}"
        rng = stream(director.seed, "distractor", key)
        happens, at = chance(rng, share), working_moment(rng, begin, END - timedelta(days=30))
        if happens and begin < END - timedelta(days=60) and at < (account.contract.ended_at or END):
            STAGED[signal](Scene(director, account, rng, key, at))
    _stall(director, account)


def _stall(director: Director, account: Account) -> None:
    key = f"D{account.company.index + 1:05d}-onboarding_stalled"
    rng = stream(director.seed, "distractor", key)
    if chance(rng, STALLED_SHARE) and account.company.since > START:
        onboarding_stalled(Scene(director, account, rng, key, account.company.since + timedelta(days=30)))
