"""From what somebody types to the entity that is meant, in the lake as it is now (memory.reader: in a snapshot)."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from identity.book import read_book
from identity.inputs import ACCOUNTS, PEOPLE
from identity.standardise import normalise_identifier
from identity.standardise.phones import DEFAULT_REGION
from identity.store import SCHEMA

NATIVE = ("native_id", "external_id")  # a billing record is an account and, sometimes, a person too
CANDIDATES_SHOWN = 10
Found = tuple[str, str]  # entity type, entity id


class UnknownError(LookupError):
    """Nobody in this lake is meant."""


class AmbiguousError(LookupError):
    """Several are meant; the message lists them."""


@dataclass(frozen=True)
class Subject:
    """An entity that was asked for. `record`: the one record of it that was named; `moved_from`: the old id."""

    entity_type: str
    entity_id: str
    records: list[str]
    record: str | None = None
    moved_from: str | None = None

    @property
    def named(self) -> list[str]:
        """The record alone where a record was named, else all of the entity's."""
        return [self.record] if self.record else self.records


def find(con: DuckDBPyConnection, name: str, entity_type: str | None = None, region: str = DEFAULT_REGION) -> Subject:
    """The entity of an entity id of any night, a record key, or any identifier. Raises UnknownError, AmbiguousError."""
    asked = name.strip()
    known = con.execute(f"select entity_type from {SCHEMA}.ledger where entity_id = ? limit 1", [asked]).fetchone()
    if known and entity_type in {None, known[0]}:
        current = read_book(con, known[0])[0].current(asked)
        return _subject(con, (known[0], current), asked, moved_from=asked if current != asked else None)
    rows = con.execute(
        f"select entity_type, entity_id from {SCHEMA}.links "
        "where record_key = ? and entity_type = coalesce(?, entity_type) order by entity_type",
        [asked, entity_type],
    ).fetchall()
    if rows:
        return _subject(con, rows[0], asked, record=asked)
    readings = normalise_identifier(asked, region)
    for kind, value in readings:
        found = _holders(con, kind, value, entity_type)
        if found:
            return _subject(con, _only(con, asked, found), asked)
    read_as = ", ".join(f"{kind} {value!r}" for kind, value in readings) or "nothing that identifies anyone"
    raise UnknownError(
        f"{asked!r} is neither a record key nor an entity id of this lake, and no {entity_type or 'customer'} "
        f'has it as an identifier (read as {read_as}); `memhouse sql "from identity.links"` lists the records'
    )


def find_pair(
    con: DuckDBPyConnection, left: str, right: str, entity_type: str | None = None, region: str = DEFAULT_REGION
) -> tuple[Subject, Subject]:
    """Two subjects of one entity type. Raises UnknownError, AmbiguousError."""
    first, second = find(con, left, entity_type, region), find(con, right, entity_type, region)
    for kind in (first.entity_type, second.entity_type):
        try:
            return find(con, left, kind, region), find(con, right, kind, region)
        except UnknownError:
            continue
    raise UnknownError(
        f"{left} is of type {first.entity_type}, {right} of type {second.entity_type}: they cannot be compared; "
        "give two of a kind"
    )


def _holders(con: DuckDBPyConnection, kind: str, value: str, entity_type: str | None) -> list[Found]:
    rows = con.execute(
        f"select distinct l.entity_type, l.entity_id from {SCHEMA}.record_identifiers as i "
        f"join {SCHEMA}.links as l using (entity_type, record_key) "
        "where i.type = ? and i.value = ? and l.entity_type = coalesce(?, l.entity_type) order by all",
        [kind, value, entity_type],
    ).fetchall()
    if kind in NATIVE and len({row[0] for row in rows}) > 1:
        rows = [row for row in rows if row[0] == "account"]
    return [(row[0], row[1]) for row in rows]


def _only(con: DuckDBPyConnection, asked: str, found: list[Found]) -> Found:
    if len(found) == 1:
        return found[0]
    shown = "; ".join(f"{kind} {entity} ({_name(con, kind, entity)})" for kind, entity in found[:CANDIDATES_SHOWN])
    raise AmbiguousError(f"{asked!r} may be {len(found)} entities: {shown}. Ask by one of these ids")


def _name(con: DuckDBPyConnection, entity_type: str, entity_id: str) -> str:
    table, column = (ACCOUNTS, "name") if entity_type == "account" else (PEOPLE, "coalesce(full_name, email)")
    row = con.execute(
        f"select min({column}) from {table} join {SCHEMA}.links using (record_key) "
        "where entity_type = ? and entity_id = ?",
        [entity_type, entity_id],
    ).fetchone()
    return str(row[0]) if row and row[0] else "no name"


def _subject(
    con: DuckDBPyConnection, found: Found, asked: str, record: str | None = None, moved_from: str | None = None
) -> Subject:
    keys = con.execute(
        f"select record_key from {SCHEMA}.links where entity_type = ? and entity_id = ? order by record_key",
        list(found),
    ).fetchall()
    if not keys:
        raise UnknownError(f"{asked}: the {found[0]} {found[1]} is retired: its records are no longer in the lake")
    return Subject(*found, [key for (key,) in keys], record, moved_from)
