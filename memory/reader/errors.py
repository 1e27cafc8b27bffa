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
    """No single customer could be found; `candidates` lists those that may be meant."""

    candidates: tuple[Candidate, ...] = ()


class UnknownIdentifierError(LookupFailedError):
    """Nobody has this identifier; `candidates` come near it."""

    def __init__(self, identifier: str, tried: Sequence[tuple[str, str]], candidates: Sequence[Candidate] = ()) -> None:
        read_as = ", ".join(f"{kind} {value!r}" for kind, value in tried) or "nothing that identifies anyone"
        near = f"Perhaps {_listed(candidates)}" if candidates else "Ask by e-mail, phone, domain, name or a tool's id"
        super().__init__(f"nobody is known as {identifier!r} (read as {read_as}). {near}")
        self.identifier = identifier
        self.candidates = tuple(candidates)


class AmbiguousIdentifierError(LookupFailedError):
    """Several customers have this identifier; `candidates` lists them."""

    def __init__(self, identifier: str, candidates: Sequence[Candidate]) -> None:
        super().__init__(
            f"{identifier!r} may be {len(candidates)} customers: {_listed(candidates)}. Ask by one of these ids"
        )
        self.identifier = identifier
        self.candidates = tuple(candidates)


class NotAllowedError(PermissionError):
    """A session that is bound to one customer and scope was asked for something else."""


def _listed(candidates: Sequence[Candidate]) -> str:
    return "; ".join(f"{c.entity_type} {c.entity_id} ({c.name or 'no name'})" for c in candidates)
