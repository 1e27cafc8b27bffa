"""Reading and writing the ledger's rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import pyarrow as pa
from duckdb import DuckDBPyConnection

from identity.ledger import Book, Event
from identity.store import SCHEMA

_FIELDS = ("event", "entity_id", "other_id", "founding_drop_date", "founding_record_key", "cause", "records")


def read_book(
    con: DuckDBPyConnection, entity_type: str, keys: Collection[str] | None = None
) -> tuple[Book, dict[str, str]]:
    """The ledger as it stands, and each record's id of the night before.

    `keys`: the records whose entities may change; when given, only what concerns them is read: the ids that they have
    or founded, and what these have become. Where the links were lost, each living id claims its founding record, which
    its cluster then brings along.
    """
    links, ledger = (f"(from {SCHEMA}.{table} where entity_type = '{entity_type}')" for table in ("links", "ledger"))
    fields = ", ".join(_FIELDS)
    if keys is None:
        rows = con.execute(f"select {fields} from {ledger} order by sequence").fetchall()
        before = dict(con.execute(f"select record_key, entity_id from {links}").fetchall())
    else:
        con.register("book_keys", pa.table({"record_key": pa.array(sorted(keys), pa.string())}))
        links = f"(from {links} semi join book_keys using (record_key))"
        before = dict(con.execute(f"select record_key, entity_id from {links}").fetchall())
        rows = con.execute(
            f"with recursive concerned as (select entity_id from {links} "
            f"union select entity_id from {ledger} where founding_record_key in (from book_keys) "
            f"union select e.other_id from {ledger} as e join concerned using (entity_id) where other_id is not null) "
            f"select {fields} from {ledger} semi join concerned using (entity_id) order by sequence"
        ).fetchall()
        con.unregister("book_keys")
    book = Book.read(
        Event(event, entity, other, (day, key), cause, records)
        for event, entity, other, day, key, cause, records in rows
    )
    if keys is None and not before:
        before = {book.founders[entity][1]: entity for entity in sorted(book.living())}
    return book, before


def write_events(
    con: DuckDBPyConnection, entity_type: str, events: Iterable[Event], as_of: datetime, model_version: str
) -> None:
    """Append events in order. Inside the caller's transaction."""
    rows = [
        {
            "entity_type": entity_type,
            "entity_id": event.entity_id,
            "event": event.event,
            "other_id": event.other_id,
            "founding_record_key": event.founding[1],
            "founding_drop_date": event.founding[0],
            "cause": event.cause,
            "records": event.records,
            "as_of": as_of,
            "model_version": model_version,
        }
        for event in events
    ]
    if not rows:
        return
    last = con.execute(f"select coalesce(max(sequence), 0) from {SCHEMA}.ledger").fetchone()
    start = int(last[0]) + 1 if last else 1
    table = pa.Table.from_pylist([row | {"sequence": start + index} for index, row in enumerate(rows)])
    con.register("new_events", table)
    con.execute(f"insert into {SCHEMA}.ledger by name select * from new_events order by sequence")
    con.unregister("new_events")


def current_id(con: DuckDBPyConnection, entity_id: str) -> str | None:
    """What an id of any night has become: the living id; None for an id that never was."""
    found = con.execute(f"select entity_type from {SCHEMA}.ledger where entity_id = ? limit 1", [entity_id]).fetchone()
    return read_book(con, found[0])[0].current(entity_id) if found else None
