"""Records as people compare them: the few columns that tell who somebody is."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from identity.inputs import ACCOUNTS, PEOPLE

RECORDS = {"account": ACCOUNTS, "person": PEOPLE}
SHOWN = {
    "account": ("source", "name", "domain", "website", "phone", "street", "city", "country", "external_ids"),
    "person": ("source", "full_name", "email", "phone", "title", "company_name", "company_domain", "external_ids"),
}

Row = dict[str, Any]


def rows_of(cursor: DuckDBPyConnection) -> list[Row]:
    """The rows of a query as dictionaries."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def shown_records(con: DuckDBPyConnection, entity_type: str, keys: list[str]) -> dict[str, Row]:
    """Record key → its telling columns, in order; a record that has left the lake is not there."""
    found = rows_of(
        con.execute(
            f"select record_key, {', '.join(SHOWN[entity_type])} from {RECORDS[entity_type]} "
            "where record_key in (select unnest(?)) order by record_key",
            [keys],
        )
    )
    return {row.pop("record_key"): row for row in found}
