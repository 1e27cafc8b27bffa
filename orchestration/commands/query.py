"""`memhouse sql`: read-only SQL on the lake as it was published."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from itertools import count
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lake.settings import Settings
from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import err, print_json, print_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Query = Annotated[
    str, typer.Argument(help='SQL, e.g. "from marts.accounts limit 5"; `-` reads it from standard input.')
]
Head = Annotated[
    bool,
    typer.Option("--head", help="The newest version, which may mix two nights while one runs; quarantine is there."),
]
Limit = Annotated[int, typer.Option(min=1, help="Rows shown in a table; --json prints all.")]


_COMMENT = r"(?:--[^\n]*\n|/\*.*?\*/|\s)*"
_EXPLAIN = re.compile(rf"(?is)^{_COMMENT}explain\b{_COMMENT}(?:analyze\b)?{_COMMENT}(?:\([^)]*\))?")
_READS_ONLY = re.compile(
    r"range|generate_series|unnest|repeat|repeat_row|json_each|json_tree|duckdb_\w+|pragma_table_info|summary"
)


class QueryError(ValueError):
    """The query cannot be run; the message is DuckDB's."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sql")(sql)


def sql(query: Query, lake: Lake = None, head: Head = False, limit: Limit = 200, as_json: AsJson = False) -> None:
    """Query the lake, read only, at the version that was published last."""
    settings = settings_of(lake)
    text = sys.stdin.read() if query == "-" else query
    from lake.connection import connect

    version = None if head else published_version(settings)
    with connect(settings, read_only=True, version=version) as con:
        lock_down(con, settings)
        columns, cursor = _run(con, text)
        if as_json:
            names = _told_apart(columns)
            while row := cursor.fetchone():
                print_json(dict(zip(names, map(_as_json, row), strict=True)))
            return
        rows = cursor.fetchmany(limit + 1)
    print_rows(columns, rows[:limit])
    if len(rows) > limit:
        err.print(f"The first {limit} rows; --limit N shows more, --json all.")


def _told_apart(columns: list[str]) -> list[str]:
    """Names for a row's values, each once: `a`, `a_2`."""
    names: list[str] = []
    for column in columns:
        same = (f"{column}_{number}" for number in count(2))
        names.append(column if column not in names else next(name for name in same if name not in columns + names))
    return names


def _as_json(value: object) -> object:
    """JSON knows neither infinity nor `nan`."""
    return None if isinstance(value, float) and not isfinite(value) else value


def published_version(settings: Settings) -> int:
    """The lake version that the current snapshot names. Raises NoSnapshotError before the first night."""
    from orchestration.published import current_manifest

    return current_manifest(settings).lake_version


def lock_down(con: DuckDBPyConnection, settings: Settings) -> None:
    """Leave nothing to the query but the lake's own files: no other file, no extension, no setting."""
    folder = str(settings.files_dir).replace("'", "''")
    con.execute(f"set allowed_directories = ['{folder}/']")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def _refuse_what_acts(con: DuckDBPyConnection, query: str) -> None:
    """Raise QueryError for table functions not known to read this lake alone: some delete files, some open others.

    DuckLake's own maintenance, another database's scan and SQL given as text all go as a `select`.
    """
    (parsed,) = con.execute("select json_serialize_sql(?)", [_EXPLAIN.sub("", query, count=1)]).fetchone() or ("{}",)
    tree = json.loads(parsed)
    if tree["error"]:
        raise QueryError(f"this cannot be read as one query: {tree['error_message']}")
    for name in sorted(set(_table_functions(tree))):
        if not _READS_ONLY.fullmatch(name):
            raise QueryError(f"{name}() may do more than read this lake, and is refused; read its tables and views")


def _table_functions(tree: Any) -> Iterator[str]:
    """Names of the table functions anywhere in a query that DuckDB has parsed."""
    if isinstance(tree, dict):
        if tree.get("type") == "TABLE_FUNCTION":
            yield str(tree["function"]["function_name"]).lower()
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from _table_functions(part)


def _run(con: DuckDBPyConnection, query: str) -> tuple[list[str], Any]:
    import duckdb

    try:
        kinds = [statement.type for statement in con.extract_statements(query)]
        if len(kinds) != 1 or kinds[0] not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
            raise QueryError(
                "one query at a time, and only to read: select, from, with, describe, summarize or explain"
            )
        _refuse_what_acts(con, query)
        cursor = con.execute(query)
    except duckdb.Error as error:
        raise QueryError(str(error).strip()) from error
    return [str(column[0]) for column in cursor.description or []], cursor
