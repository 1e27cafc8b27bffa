"""What an agent reads of a customer: a default recall's tokens beside those of the customer's whole history."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.memory_demo import Demo
from memory.reader import Snapshot
from memory.reader.answers import CHARACTERS_PER_TOKEN

QUESTIONS = (
    "How do they like to be contacted?",
    "What problems do they have at the moment?",
    "Do they think of leaving, and why?",
    "What was promised to them?",
)
HISTORY = f"""
    select account_id, sum(ceil(length(text) / {CHARACTERS_PER_TOKEN})) as tokens
    from lake.marts.interactions where account_id is not null and text is not null group by account_id
"""


def measure_tokens(demo: Demo) -> list[dict[str, Any]]:
    """Median and largest tokens of a recall and of the history, over every account and a few questions."""
    snapshot = Snapshot.open(demo.lake / "snapshots")
    with demo.connect() as con:
        history = {account: int(tokens) for account, tokens in con.execute(HISTORY).fetchall()}
    whole, handed = [], []
    for account, tokens in history.items():
        for question in QUESTIONS:
            whole.append(tokens)
            handed.append(snapshot.recall(account, question).tokens)
    shares = np.asarray(handed) / np.maximum(whole, 1)
    return [
        {
            "set": demo.name,
            "accounts": len(history),
            "questions": len(QUESTIONS),
            "history_median": int(np.median(whole)),
            "history_max": max(whole),
            "recall_median": int(np.median(handed)),
            "recall_max": max(handed),
            "recall_of_history": round(sum(handed) / sum(whole), 3),
            "share_median": round(float(np.median(shares)), 3),
        }
    ]
