"""A tiny lake whose raw tables are written by hand, staged by the real dbt project."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lake.connection import connect
from lake.dbt import PROJECT_DIR, dbt_vars
from lake.settings import Settings, load_settings
from lake.time import as_of
from orchestration.dbt_manifest import load_manifest
from orchestration.dbt_program import invoke

Con = duckdb.DuckDBPyConnection
DAYS = [date(2025, 6, 16), date(2025, 6, 17)]
WORLD = yaml.safe_load((Path(__file__).parent / "world.yml").read_text())
STAGED = ["staging", "identity", "quarantine"]


def raw_tables() -> dict[str, dict[str, list[str]]]:
    """Source → table → columns, as the project's source files declare them."""
    declared: dict[str, dict[str, list[str]]] = {}
    for path in sorted(PROJECT_DIR.glob("models/staging/*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            declared[source["schema"]] = {
                table["name"]: [column["name"] for column in table["columns"]] for table in source["tables"]
            }
    return declared


TYPES = {"_source_row": "bigint", "_drop_date": "date", "_recorded_at": "timestamptz"}


def create_raw_tables(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("begin")
    for schema, tables in raw_tables().items():
        con.execute(f"create schema if not exists {schema}")
        for table, columns in tables.items():
            typed = ", ".join(f"{column} {TYPES.get(column, 'varchar')}" for column in columns)
            con.execute(f"create table {schema}.{table} ({typed})")
    con.execute("commit")


def land_night(con: duckdb.DuckDBPyConnection, night: str, day: date) -> None:
    con.execute("begin")
    for stream, rows in WORLD[night].items():
        land(con, *stream.split("."), rows, day)
    con.execute("commit")


def land(
    con: duckdb.DuckDBPyConnection,
    source: str,
    stream: str,
    rows: list[dict[str, Any]],
    day: date,
    load: str = "load",
) -> None:
    """Write payloads as one landed file of that day's drop; a later `load` is the file corrected and landed again."""
    file = f"{source}/{day}/{stream}"
    sha256 = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    instant = datetime.combine(day, datetime.max.time(), tzinfo=UTC)
    con.executemany(
        f"insert into raw_{source}.{stream} values (?, ?, ?, ?, ?, ?, ?)",
        [[json.dumps(row), file, place, day, sha256, instant, f"{load}-{day}"] for place, row in enumerate(rows, 1)],
    )


def run_dbt(settings: Settings, day: date, *arguments: str) -> None:
    """One dbt command on the lake, as a night runs it: on the project as it was parsed once."""
    errors: list[str] = []
    done = invoke(settings, "test", dbt_vars(settings, day), list(arguments), lambda event: errors.append(told(event)))
    assert done.success, "\n".join([*filter(None, errors), str(done.exception or "")])


def told(event: dict[str, Any]) -> str:
    """An error's text; nothing of a success."""
    return str(event["info"]["msg"]) if event["info"]["level"] == "error" else ""


@pytest.fixture(scope="session")
def staged_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake after two nights: events are staged night by night, everything else on the second."""
    settings = load_settings(lake=tmp_path_factory.mktemp("staged") / "lake", duckdb_memory="1GB")
    with connect(settings) as con:
        create_raw_tables(con)
        land_night(con, "first", DAYS[0])
    run_dbt(settings, DAYS[0], "run", "--select", "base_segment__events")
    with connect(settings) as con:
        land_night(con, "second", DAYS[1])
        land(con, "salesforce", "accounts", [{"Id": "001Z", "Name": "Beyond the run"}], date(2025, 6, 18))
        con.executemany(  # the file was corrected and put back: it was landed twice
            "insert into raw_hubspot._rejected values ('hubspot', 'contacts', 'hubspot/2025-06-16/contacts.csv', 3, ?, "
            "'sha', 'too_many_fields', 'row 3 of contacts.csv has 20 fields, not 17', 'a,b', ?, ?)",
            [[DAYS[0], as_of(DAYS[0]), "load"], [DAYS[0], as_of(DAYS[1]), "load-2"]],
        )
        con.execute("create schema raw_moose; create table raw_moose._rejected as from raw_hubspot._rejected")
        con.execute("update raw_moose._rejected set source = 'moose', stream = 'answers', _source_file = 'moose/a.csv'")
        con.execute(
            "create table raw_moose._landed_files (_drop_date date, rows_landed bigint, _recorded_at timestamptz)"
        )
        con.execute("insert into raw_moose._landed_files values (?, 5, ?)", [DAYS[0], as_of(DAYS[0])])
    run_dbt(
        settings, DAYS[1], "build", "--select", *STAGED, "generic_mailboxes", "free_mail_domains", "source_freshness"
    )
    return settings


@pytest.fixture(scope="session")
def staged(staged_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(staged_settings, read_only=True) as con:
        yield con


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """The parsed project."""
    return dict(load_manifest())


def column(con: Con, sql: str) -> list[Any]:
    return [row[0] for row in con.execute(sql).fetchall()]


def row(con: Con, sql: str) -> tuple[Any, ...]:
    found = con.execute(sql).fetchall()
    assert len(found) == 1, found
    return tuple(found[0])
