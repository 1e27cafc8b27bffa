"""The small world as fixtures: its lake, more memories in it, what is published of it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lake.settings import Settings
from memory.embedding.embed import embed
from memory.embedding.model import EmbeddingModel, load_model
from memory.snapshot.publish import PublishedSnapshot, publish_snapshot
from tests.memory.small_world import DAY, document, insert, small_lake, small_world

Add = Callable[..., None]


@pytest.fixture(scope="session")
def model() -> EmbeddingModel:
    return load_model()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return small_lake(tmp_path)


@pytest.fixture
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A lake with the small world in it."""
    with small_world(settings) as con:
        yield con


@pytest.fixture(scope="session")
def snapshot_of(tmp_path_factory: pytest.TempPathFactory, model: EmbeddingModel) -> Callable[..., Path]:
    """Publish the small world with more memories in it; the snapshots folder."""

    def build(
        *documents: dict[str, Any],
        accounts: Sequence[str] = (),
        facts: Sequence[dict[str, Any]] = (),
        current: Sequence[dict[str, Any]] = (),
        change: str = "",
    ) -> Path:
        settings = small_lake(tmp_path_factory.mktemp("world"))
        with small_world(settings) as con:
            for table in ("marts.accounts", "marts.account_summary"):
                insert(con, table, *({"account_id": account} for account in accounts))
            insert(con, "lake.memory.documents", *documents)
            insert(con, "lake.memory.fact_history", *facts)
            insert(con, "lake.memory.facts", *current)
            con.execute(change)
            embed(con, settings, model=model)
            publish_snapshot(con, settings, DAY, model=model)
        return settings.snapshots_dir

    return build


@pytest.fixture(scope="session")
def memory_row() -> Callable[..., dict[str, Any]]:
    return document


@pytest.fixture
def add(con: duckdb.DuckDBPyConnection) -> Add:
    """Add memories: `add("m1", "text", person=ANN)`."""
    return lambda *args, **kwargs: insert(con, "lake.memory.documents", document(*args, **kwargs))


@pytest.fixture
def publish(
    con: duckdb.DuckDBPyConnection, settings: Settings, model: EmbeddingModel
) -> Callable[..., PublishedSnapshot]:
    """Embed and publish the lake as it stands."""

    def run(day: date = DAY, **kwargs: Any) -> PublishedSnapshot:
        embed(con, settings, model=model)
        return publish_snapshot(con, settings, day, model=model, **kwargs)

    return run
