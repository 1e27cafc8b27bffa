"""What an agent reads of a customer: a default recall's tokens beside those of the customer's whole history.

`recall` counts the texts, as the budget does; `prompt` what an agent is handed, with heading, days and ids.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.memory_demo import Demo
from memory.reader import Snapshot
from memory.reader.answers import CHARACTERS_PER_TOKEN, tokens_of

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
    """Median and largest tokens of the history, of a recall and of its prompt, over every account and a few questions."""
    snapshot = Snapshot.open(demo.lake / "snapshots")
    with demo.connect() as con:
        history = {account: int(tokens) for account, tokens in con.execute(HISTORY).fetchall()}
    if not history:
        return [{"set": demo.name, "skipped": "no account has a history"}]
    whole, handed, prompts = [], [], []
    for account, tokens in history.items():
        for question in QUESTIONS:
            answer = snapshot.recall(account, question)
            whole.append(tokens)
            handed.append(answer.tokens)
            prompts.append(tokens_of(answer.prompt))
    return [
        {
            "set": demo.name,
            "accounts": len(history),
            "questions": len(QUESTIONS),
            "history_median": int(np.median(whole)),
            "history_max": max(whole),
            **_figures("recall", handed, whole),
            **_figures("prompt", prompts, whole),
        }
    ]


def _figures(name: str, tokens: list[int], whole: list[int]) -> dict[str, Any]:
    shares = np.asarray(tokens) / np.maximum(whole, 1)
    return {
        f"{name}_median": int(np.median(tokens)),
        f"{name}_max": max(tokens),
        f"{name}_of_history": round(sum(tokens) / max(sum(whole), 1), 3),
        f"{name}_share_median": round(float(np.median(shares)), 3),
    }
