"""Attaching the lake: for Python, for dlt and for dbt, spelled once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb
from duckdb_extensions import import_extension

from lake.schemas import LAKE
from lake.settings import Settings

EXTENSIONS = ("ducklake", "sqlite_scanner", "postgres_scanner")
# DuckDB hashes an extension (35 MB) at every load to check its signature: 0.35 s a connection, and a night opens
# dozens. `install_extensions` has it checked once a process; after that our connections load without.
CHECKED: dict[str, str | bool | int | float | list[str]] = {"allow_unsigned_extensions": "true"}


class VersionExpiredError(LookupError):
    """The lake no longer holds the version that was asked for."""


class LakeNotReadableError(PermissionError):
    """Who reads may not write beside the catalog, which SQLite needs even then."""


class LakeNotFoundError(FileNotFoundError):
    """The lake has not been written yet."""


def extensions_of(settings: Settings) -> tuple[str, ...]:
    """The extensions that this lake's catalog needs."""
    return EXTENSIONS[:2] if settings.embedded_catalog else EXTENSIONS


@cache
def install_extensions(names: tuple[str, ...] = EXTENSIONS) -> None:
    """Unpack DuckDB's extensions from their packages and have their signatures checked, once a process.

    Nothing is downloaded. Raises duckdb.IOException for a file that is not the one its makers signed.
    """
    for name in names:
        import_extension(name)
    with duckdb.connect() as con:
        for name in names:
            con.execute(f"load {name}")


def catalog_uri(settings: Settings) -> str:
    """Where DuckLake keeps its catalog, in DuckLake's own spelling (after `ducklake:`)."""
    return settings.catalog or f"sqlite:{settings.lake / 'catalog.sqlite'}"


def attach_options(settings: Settings) -> dict[str, str]:
    """Options for every attach. WAL lets readers and the writer work side by side (docs/decisions.md).

    Small tables are files like all others: kept in the catalog, they cost each night a table there and a flush.
    """
    options = {"data_path": f"{settings.files_dir}/", "data_inlining_row_limit": "0"}
    if settings.embedded_catalog:
        options["meta_journal_mode"] = "WAL"
    return options


def attach_statement(settings: Settings, *, read_only: bool = False, version: int | None = None) -> str:
    """SQL that attaches the lake to a DuckDB whose extensions are loaded: here, and on the connections dlt opens.

    An embedded catalog lies beside its files and names them relative to it: moved or copied together they stay a lake.
    """
    options = [f"{name} {_quoted(value)}" for name, value in attach_options(settings).items()]
    options += ["override_data_path true"] if settings.embedded_catalog else []
    options += ["read_only"] if read_only else []
    options += [f"snapshot_version {version}"] if version is not None else []
    return f"attach {_quoted('ducklake:' + catalog_uri(settings))} as {LAKE} ({', '.join(options)})"


@contextmanager
def connect(
    settings: Settings, *, read_only: bool = False, version: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory DuckDB with the lake attached and in use; times are UTC.

    `version` pins every read to one lake version; readers of published data always give it.
    Raises LakeNotFoundError for a reader before the first night, VersionExpiredError for a version that is gone,
    LakeNotReadableError for a reader without leave to write where SQLite's own files are not there already.
    """
    if read_only and settings.embedded_catalog and not (settings.lake / "catalog.sqlite").exists():
        raise _not_found(settings)
    install_extensions(extensions_of(settings))
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config=CHECKED)
    try:
        configure(con, settings)
        _attach(con, settings, read_only, version)
        con.execute(f"use {LAKE}")
        if read_only:  # DuckDB calls its own database `memory`, like one of our schemas, and could not tell them apart
            con.execute("detach memory")
        yield con
    finally:
        con.close()


def _not_found(settings: Settings) -> LakeNotFoundError:
    if settings.embedded_catalog:
        return LakeNotFoundError(f"no lake at {settings.lake}: run `memhouse run` first, or set `lake`")
    return LakeNotFoundError("no lake in the PostgreSQL catalog yet: run `memhouse run` first, or set `catalog`")


def _attach(con: duckdb.DuckDBPyConnection, settings: Settings, read_only: bool, version: int | None) -> None:
    try:
        con.execute(attach_statement(settings, read_only=read_only, version=version))
    except duckdb.Error as error:
        if read_only and "creating a new DuckLake is explicitly disabled" in str(error):
            raise _not_found(settings) from error
        if read_only and "readonly database" in str(error):
            raise LakeNotReadableError(
                f"the catalog in {settings.lake} cannot be read by who may not write there: SQLite keeps files of its "
                "own beside it, catalog.sqlite-wal and -shm, even for readers. Get write permission for that folder, "
                "or read a copy of the lake; a PostgreSQL catalog needs neither, nor do the files under snapshots/"
            ) from error
        if version is None or "No snapshot found" not in str(error):
            raise
        raise VersionExpiredError(
            f"the lake at {settings.lake} no longer holds its version {version}: maintenance keeps those of the newest "
            f"{settings.keep_snapshots} snapshots (`keep_snapshots`). Ask the newest with `memhouse sql --head`, or "
            "make a newer snapshot current: `memhouse snapshot rollback ID`"
        ) from error


def configure(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Load the extensions and set time zone, threads and memory of a fresh DuckDB connection."""
    for extension in extensions_of(settings):
        con.execute(f"load {extension}")
    con.execute("set timezone = 'UTC'")
    con.execute(f"set memory_limit = {_quoted(settings.duckdb_memory)}")
    if settings.duckdb_threads:
        con.execute(f"set threads = {settings.duckdb_threads}")


def lake_version(con: duckdb.DuckDBPyConnection) -> int:
    """The lake's current version: what `connect(version=…)` takes."""
    row = con.execute(f"select id from ducklake_current_snapshot('{LAKE}')").fetchone()
    assert row is not None  # noqa: S101 (a DuckLake always has a snapshot)
    return int(row[0])


def has_version(con: duckdb.DuckDBPyConnection, version: int) -> bool:
    """True while the lake still holds a version, which maintenance expires one day."""
    return con.execute(f"from ducklake_snapshots('{LAKE}') where snapshot_id = ?", [version]).fetchone() is not None


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
