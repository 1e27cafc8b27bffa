"""Dagster's event log in SQLite, with its databases kept open."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from dagster import Field, StringSource
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

# Wait for the disk only where the log is folded into the database; do that often, as the web page watches that file.
PRAGMAS = ("synchronous = normal", "wal_autocheckpoint = 100")


class NightEventLog(SqliteEventLogStorage):
    """Dagster's own, but that the index of all runs and the run at hand are opened once.

    Dagster opens and closes both, and waits for the disk, at each of a night's thousand events. A power cut can cost
    the last events in Dagster's page; the night's own record is the lake's (`ops`).
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Field]:
        """The folder may be named; left out it is that of Dagster's own, wherever the lake has been moved to."""
        return {"base_dir": Field(StringSource, is_required=False)}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """As Dagster reads it from `dagster.yaml`."""
        base_dir = config_value.get("base_dir") or str(Path(os.environ["DAGSTER_HOME"]) / "history" / "runs")
        return cls(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._close(self._engines.keys() - {INDEX_SHARD_NAME})  # the web page reads many runs, one by one
            options = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            engine = create_engine(self.conn_string_for_shard(shard), poolclass=StaticPool, connect_args=options)
            event.listen(engine, "connect", _configure)
            self._initdb(engine, for_index_shard=shard == INDEX_SHARD_NAME)
            self._engines[shard] = engine
        return self._engines[shard]

    def _close(self, shards: Iterable[str]) -> None:
        for shard in list(shards):
            self._engines.pop(shard).dispose()

    def dispose(self) -> None:
        """Close the databases."""
        with self._db_lock:
            self._close(self._engines)
        super().dispose()


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    for setting in PRAGMAS:
        connection.execute(f"pragma {setting}")
