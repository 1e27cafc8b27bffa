"""Decay: what was only talked about fades first, what the company writes down last."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from memory.reader.candidates import Candidates
from memory.reader.recipes import recall_settings
from memory.reader.scoring import ranked


def test_every_kind_of_memory_fades_at_its_own_pace() -> None:
    settings = recall_settings()
    said = datetime(2025, 1, 1, tzinfo=UTC)
    rows = [
        {"memory_id": kind, "kind": kind, "occurred_at": said, "importance": 0.5, "is_current": True}
        for kind in settings.half_life_days
    ]
    alike = np.ones(len(rows), np.float32)
    found = Candidates(rows, np.eye(len(rows), 8, dtype=np.float32), alike, alike)
    best = ranked(found, settings.recipe("recent"), settings, datetime(2025, 6, 30, tzinfo=UTC))
    assert [scored.row["kind"] for scored in best] == ["knowledge", "summary", "observation", "window"]
