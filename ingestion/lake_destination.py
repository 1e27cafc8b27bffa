"""dlt's DuckLake destination, opening the lake the way the rest of the house does.

dlt opens a connection for every step of a load, five or six a source. Here they share one in-memory DuckDB, so that its
extensions are loaded once and not each time (0.2 s), and each attaches the lake by `lake.connection`'s own statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

import duckdb
from dlt.common.configuration import configspec
from dlt.destinations.impl.duckdb.sql_client import DuckDbSqlClient
from dlt.destinations.impl.ducklake.configuration import DuckLakeClientConfiguration, DuckLakeCredentials
from dlt.destinations.impl.ducklake.ducklake import DuckLakeClient
from dlt.destinations.impl.ducklake.factory import ducklake
from dlt.destinations.impl.ducklake.sql_client import DuckLakeSqlClient

from lake.connection import attach_statement, configure, extensions_of, install_extensions
from lake.schemas import LAKE
from lake.settings import Settings

# One DuckDB in this process. Its own database is called `memory`: there a connection returns when it closes.
SHARED_DATABASE = ":memory:memory"


@configspec(init=False)
class LakeCredentials(DuckLakeCredentials):
    """Credentials whose connections share one DuckDB."""

    def _conn_str(self) -> str:
        return SHARED_DATABASE


@configspec
class LakeConfiguration(DuckLakeClientConfiguration):
    """dlt's configuration with these credentials."""

    credentials: LakeCredentials = None  # type: ignore[assignment]


class LakeSqlClient(DuckLakeSqlClient):
    """A connection that leaves the lake attached when it closes: another one, in another thread, may be using it."""

    def close_connection(self) -> None:
        """Give the connection back; `lake_destination` detaches the lake once all are closed."""
        if self._conn:
            with suppress(duckdb.TransactionException):  # there was no transaction to end
                self._conn.execute("rollback")
            self._conn.execute("use memory")
        DuckDbSqlClient.close_connection(self)


class LakeClient(DuckLakeClient):
    """dlt's client with our attach statement: dlt's own does not quote paths, and spells the options differently."""

    def __init__(self, schema: Any, config: LakeConfiguration, capabilities: Any) -> None:
        super().__init__(schema, config, capabilities)
        self.sql_client = LakeSqlClient(
            dataset_name=config.normalize_dataset_name(schema),
            staging_dataset_name=config.normalize_staging_dataset_name(schema),
            credentials=config.credentials,
            capabilities=capabilities,
        )
        (self.sql_client._attach_statement,) = config.credentials.statements or []  # noqa: SLF001 (dlt's hook for just this)


class LakeDestination(ducklake):
    """The lake as a dlt destination."""

    @property
    def client_class(self) -> type:
        """Client class dlt opens."""
        return LakeClient

    @property
    def spec(self) -> type:
        """Configuration class dlt resolves."""
        return LakeConfiguration

    def capabilities(self, config: Any = None, naming: Any = None) -> Any:
        """What the lake can do. dlt asks twenty times a load, and would work out a configuration anew each time."""
        return super().capabilities(config or self._configured, naming)

    @cached_property
    def _configured(self) -> DuckLakeClientConfiguration:
        credentials = self.config_params["credentials"].copy()
        return self.configuration(LakeConfiguration(credentials=credentials), accept_partial=True)


@contextmanager
def lake_destination(settings: Settings) -> Iterator[LakeDestination]:
    """The destination, usable while the context is open."""
    install_extensions(extensions_of(settings))
    holder = duckdb.connect(SHARED_DATABASE)
    try:
        configure(holder, settings)
        yield LakeDestination(credentials=_credentials(settings))
        holder.execute(f"detach database if exists {LAKE}")
    finally:
        holder.close()


def _credentials(settings: Settings) -> Any:
    """What dlt wants to know of catalog and files; the attach statement is what opens them."""
    embedded = settings.embedded_catalog
    credentials = LakeCredentials(
        LAKE,
        catalog=f"sqlite:///{settings.lake / 'catalog.sqlite'}" if embedded else "postgresql://catalog/lake",
        storage=settings.files_dir.as_uri(),
    )
    credentials.statements = [attach_statement(settings).replace("attach ", "attach if not exists ", 1)]
    return credentials
