"""What can go wrong for someone who asks; each error says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """One of several entities that an identifier may mean."""

    entity_type: str
    entity_id: str
    name: str | None
    type: str  # of the identifier
    value: str
    confidence: float | None


class LookupFailedError(LookupError):
    """No single customer could be found."""


class UnknownIdentifierError(LookupFailedError):
    """Nobody has this identifier."""

    def __init__(self, identifier: str, tried: Sequence[tuple[str, str]]) -> None:
        read_as = ", ".join(f"{kind} {value!r}" for kind, value in tried) or "nothing that identifies anyone"
        super().__init__(f"nobody is known as {identifier!r} (read as {read_as})")
        self.identifier = identifier


class AmbiguousIdentifierError(LookupFailedError):
    """Several customers have this identifier; `candidates` lists them."""

    def __init__(self, identifier: str, candidates: Sequence[Candidate]) -> None:
        listed = "; ".join(f"{c.entity_type} {c.entity_id} ({c.name or 'no name'})" for c in candidates)
        super().__init__(f"{identifier!r} may be {len(candidates)} customers: {listed}. Ask by one of these ids")
        self.identifier = identifier
        self.candidates = tuple(candidates)


class NotAllowedError(PermissionError):
    """A session that is bound to one customer and scope was asked for something else."""
