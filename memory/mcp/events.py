"""Each recall as a line of the agents' event log, where the next night lands it: that is where hit rates come from."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from memory.reader.answers import RecallAnswer, RecallRequest
from memory.reader.filters import BadRequestError

EVENT_TYPE = "recall"
ID_LENGTH = 20
QUERY_CHARACTERS = 2000  # of a longer question its beginning is kept
logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The wall clock: an event happens when it happens."""
    return datetime.now(UTC)


@dataclass
class RecallLog:
    """Appends to `<folder>/<date>/recalls-<process>.ndjson`, a drop of the `agents` source.

    Raises BadRequestError where the folder cannot be written; when that happens later, answers go on without.
    """

    folder: Path
    agent_id: str | None = None  # who asks, where the request's scope does not say it
    clock: Clock = utc_now
    process: str = field(default_factory=lambda: f"{utc_now():%H%M%S}-{os.getpid()}")
    _numbers: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise BadRequestError(
                f"events: {self.folder} cannot be written ({error}): choose another folder"
            ) from error

    def append(self, answer: RecallAnswer, request: RecallRequest, latency_ms: float) -> None:
        """Write one event in one go, so that processes that share the folder never mix their lines."""
        moment = self.clock()
        event = self._event(answer, request, latency_ms, moment)
        path = self.folder / moment.date().isoformat() / f"recalls-{self.process}.ndjson"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(json.dumps(event, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        except OSError as error:  # who asked is better served without the log than not at all
            logger.warning("a recall is missing from the hit rates: %s cannot be written (%s)", path, error)

    def _event(
        self, answer: RecallAnswer, request: RecallRequest, latency_ms: float, moment: datetime
    ) -> dict[str, Any]:
        place = f"{self.process}/{next(self._numbers)}/{moment.isoformat()}"
        return {
            "event_id": f"evt_{hashlib.sha256(place.encode()).hexdigest()[:ID_LENGTH]}",
            "type": EVENT_TYPE,
            "occurred_at": moment.isoformat(),
            "user_id": answer.entity["entity_id"],
            "agent_id": request.scopes.get("agent_id", self.agent_id),
            **{name: request.scopes.get(name) for name in ("run_id", "app_id")},
            "query": request.query and request.query[:QUERY_CHARACTERS],
            "results": [
                {"memory_id": memory.memory_id, "score": memory.score.total if memory.score else None}
                for memory in answer.memories
            ],
            "latency_ms": round(latency_ms, 1),
            "metadata": {"snapshot_id": answer.snapshot_id, "tokens": answer.tokens, "recipe": request.recipe},
        }
