"""Single signals that belong to no story: accidents every account may have, drawn independently of each other."""

from __future__ import annotations

from datetime import timedelta

from data.demo.model import Account
from data.demo.plots import STAGED
from data.demo.rng import chance, stream
from data.demo.scene import Director, Scene
from data.demo.timeline import END, START, working_moment

# Share of accounts in which the signal happens once without anything before or after it.
SHARES = {
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


def distract(director: Director, account: Account) -> None:
    """Stage the account's accidents; they are the same with stories and without."""
    begin = max(account.company.since, START) + timedelta(days=60)
    for signal, share in SHARES.items():
        key = f"D{account.company.index + 1:05d}-{signal}"
        rng = stream(director.seed, "distractor", key)
        happens, at = chance(rng, share), working_moment(rng, begin, END - timedelta(days=30))
        if happens and begin < END - timedelta(days=60):
            STAGED[signal](Scene(director, account, rng, key, at))
