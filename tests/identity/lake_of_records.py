"""A lake that holds only identity's inputs, for tests of a night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from lake.connection import connect
from lake.settings import Settings

TEXT, LIST = pa.string(), pa.list_(pa.string())
ACCOUNT_SCHEMA = pa.schema(
    [(name, TEXT) for name in ("record_key", "source", "stream", "native_id", "name", "domain", "website", "phone")]
    + [(name, TEXT) for name in ("street", "city", "region", "postcode", "country", "industry")]
    + [("other_names", LIST), ("other_domains", LIST), ("external_ids", LIST)]
    + [("parent_record_key", TEXT), ("same_as_record_key", TEXT)]
    + [("first_drop_date", pa.date32()), ("first_recorded_at", pa.timestamp("us", tz="UTC"))]
)
PERSON_SCHEMA = pa.schema(
    [(name, TEXT) for name in ("record_key", "source", "stream", "native_id", "full_name", "given_name")]
    + [("family_name", TEXT), ("email", TEXT), ("other_emails", LIST), ("phone", TEXT), ("other_phones", LIST)]
    + [(name, TEXT) for name in ("title", "company_name", "company_domain", "account_record_key")]
    + [("external_ids", LIST), ("same_as_record_key", TEXT), ("city", TEXT), ("country", TEXT), ("kind", TEXT)]
    + [("first_drop_date", pa.date32()), ("first_recorded_at", pa.timestamp("us", tz="UTC"))]
)
FIRST_DAY = date(2025, 6, 16)
AS_OF = datetime(2025, 6, 16, 23, 59, 59, tzinfo=UTC)
GIVEN = ("Ada", "Bruno", "Chiara", "Dmitri", "Esther", "Farid", "Greta", "Hamza")
FAMILY = ("Abernathy", "Brzezinski", "Castellanos", "Dimitrov", "Eriksson", "Fitzgerald")
Row = Mapping[str, Any]


def _table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    lists = {field.name: [] for field in schema if pa.types.is_list(field.type)}
    filled = []
    for row in rows:
        source, stream, native = row["record_key"].split(":")[:3]
        given = {"source": source, "stream": stream, "native_id": native, "first_drop_date": FIRST_DAY}
        filled.append(dict.fromkeys(schema.names) | lists | given | dict(row))
    return pa.Table.from_pylist(filled, schema=schema)


def put(con: DuckDBPyConnection, accounts: Sequence[Row] = (), people: Sequence[Row] = ()) -> None:
    """Replace the lake's record tables."""
    con.execute("create schema if not exists lake.identity")
    for name, rows, schema in (("account", accounts, ACCOUNT_SCHEMA), ("person", people, PERSON_SCHEMA)):
        con.register("given_rows", _table(rows, schema))
        con.execute(f"create or replace table lake.identity.{name}_records as from given_rows")
        con.unregister("given_rows")


@contextmanager
def lake_at(folder: Path) -> Iterator[DuckDBPyConnection]:
    """A lake in a folder."""
    with connect(Settings(lake=folder / "lake", exports=folder / "exports", duckdb_threads=1)) as con:
        yield con


def links(con: DuckDBPyConnection, entity_type: str = "person") -> dict[str, str]:
    """Record key → entity id."""
    rows = con.execute(
        "select record_key, entity_id from lake.identity.links where entity_type = ? order by record_key", [entity_type]
    ).fetchall()
    return dict(rows)


def person(key: str, name: str | None = None, email: str | None = None, **rest: Any) -> Row:
    """A person record."""
    return {"record_key": key, "full_name": name, "email": email, **rest}


def account(key: str, name: str | None = None, domain: str | None = None, **rest: Any) -> Row:
    """An account record."""
    return {"record_key": key, "name": name, "domain": domain, **rest}


def people() -> list[Row]:
    """48 people, each in two tools, nobody like another."""
    return [
        person(f"{tool}:contacts:{given}{family}".lower(), f"{given} {family}", f"{given}@{family}.example".lower())
        for given in GIVEN
        for family in FAMILY
        for tool in ("hubspot", "zendesk")
    ]
