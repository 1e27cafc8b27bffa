"""From any identifier to the one entity that it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from memory.reader.errors import AmbiguousIdentifierError, Candidate, UnknownIdentifierError
from memory.reader.filters import checked_text, refuse_others
from memory.reader.keyed import KeyedParquet
from memory.reader.suggest import suggested
from memory.snapshot.layout import FORMER_ID

ENTITY_PREFIXES = ("acc_", "per_")
ENTITY_TYPES = ("account", "person")
NATIVE_TYPES = ("native_id", "external_id")  # a billing record is an account and, sometimes, a person too
MAX_CANDIDATES = 20
MAX_IDENTIFIER = 1000  # characters


@dataclass(frozen=True)
class Match:
    """The entity an identifier means."""

    entity_type: str
    entity_id: str
    name: str | None
    type: str  # how it was found: an identifier type, or `entity_id`
    value: str
    confidence: float | None = None
    moved_from: str | None = None  # the merged id that was asked for


class Finder:
    """Lookups in `identifiers.parquet`."""

    def __init__(
        self, identifiers: KeyedParquet, entity: Callable[[str], tuple[str, str | None] | None], region: str
    ) -> None:
        self._identifiers = identifiers
        self._entity = entity  # id → (type, name), None when there is no such entity
        self._region = region  # of telephone numbers that name no country, as when the table was made

    def find(self, identifier: str, entity_type: str | None = None) -> Match:
        """The entity that has this id, e-mail address, phone number, domain, name or vendor's id.

        With `entity_type` (account, person) only one of that type. Raises UnknownIdentifierError, or
        AmbiguousIdentifierError with the candidates.
        """
        asked = checked_text("identifier", identifier, MAX_IDENTIFIER).strip()
        if entity_type is not None:
            refuse_others("entity_type", [checked_text("entity_type", entity_type)], ENTITY_TYPES)
        if asked.startswith(ENTITY_PREFIXES):
            return self._by_entity_id(asked, entity_type)
        readings = _readings(asked, self._region)
        for kind, value in readings:
            rows = self._rows(kind, value, entity_type)
            if rows:
                return self._only(identifier, kind, value, rows)
        near = [row for row in suggested(self._identifiers, readings) if entity_type in {None, row["entity_type"]}]
        raise UnknownIdentifierError(identifier, readings, list(self._candidates(near))[:MAX_CANDIDATES])

    def _by_entity_id(self, asked: str, entity_type: str | None) -> Match:
        known = self._entity(asked)
        if known and entity_type in {None, known[0]}:
            return Match(known[0], asked, known[1], "entity_id", asked)
        for row in self._rows(FORMER_ID, asked, entity_type):
            moved = self._entity(row["entity_id"])
            if moved:
                return Match(moved[0], row["entity_id"], moved[1], FORMER_ID, asked, moved_from=asked)
        raise UnknownIdentifierError(asked, [("entity_id", asked)])

    def _only(self, identifier: str, kind: str, value: str, rows: list[dict[str, Any]]) -> Match:
        if kind in NATIVE_TYPES and len({row["entity_type"] for row in rows}) > 1:
            rows = [row for row in rows if row["entity_type"] == "account"]
        candidates = list(self._candidates(sorted(rows, key=_trust)))
        if len(candidates) != 1:
            raise AmbiguousIdentifierError(identifier, candidates[:MAX_CANDIDATES])
        one = candidates[0]
        return Match(one.entity_type, one.entity_id, one.name, kind, value, one.confidence)

    def _candidates(self, rows: Iterable[dict[str, Any]]) -> Iterable[Candidate]:
        """One candidate an entity, by its first row."""
        seen = set()
        for row in rows:
            if row["entity_id"] not in seen:
                seen.add(row["entity_id"])
                known = self._entity(row["entity_id"])
                name = known[1] if known else None
                yield Candidate(
                    row["entity_type"], row["entity_id"], name, row["type"], row["value"], row.get("confidence")
                )

    def _rows(self, kind: str, value: str, entity_type: str | None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._identifiers.rows(kind, value).to_pylist()
        return [row for row in rows if entity_type in {None, row["entity_type"]}]


def _trust(row: dict[str, Any]) -> tuple[float, str]:
    """Sorts the most confident first."""
    return -(row.get("confidence") or 0), row["entity_id"]


def _readings(text: str, region: str) -> list[tuple[str, str]]:
    from identity.standardise import normalise_identifier  # noqa: PLC0415 (phone and suffix tables: slow to import)

    return normalise_identifier(text, region)
