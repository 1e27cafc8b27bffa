"""Floor 1: who is who. Records in, stable entities, their evidence and their ledger out.

Importing the package loads nothing heavy: `identity.standardise` serves lookups in processes without Splink.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_FUNCTIONS = {
    "resolve": "identity.resolution",
    "current_id": "identity.book",
    "explain": "identity.explanation",
    "review": "identity.reviewing",
    "decide": "identity.judgements",
    "withdraw": "identity.judgements",
    "merge": "identity.judgements",
    "split": "identity.judgements",
    "import_judgements": "identity.judgement_files",
    "export_judgements": "identity.judgement_files",
    "evaluate": "identity.evaluation",
    "gate_metrics": "identity.gates",
    "match_weights_chart": "identity.figures",
    "statistics": "identity.figures",
    "train": "identity.retraining",
}


def __getattr__(name: str) -> Any:
    """Load the public function on first use."""
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), name)
    raise AttributeError(f"module 'identity' has no attribute {name!r}")
