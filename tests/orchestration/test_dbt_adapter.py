"""Whose turn it is to write, where the catalog takes one writer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dbt.adapters.duckdb import impl
from dbt.artifacts.resources.types import NodeType

from lake.connection import connect
from lake.settings import Settings
from orchestration.dbt_adapter import DuckDBAdapter
from orchestration.dbt_program import invoke

VARS = '{"as_of": "2025-06-30T23:59:59.999999+00:00", "own_domains": [], "default_region": "US"}'


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> DuckDBAdapter:
    """The adapter without a database, its parent's hooks doing nothing."""
    monkeypatch.setattr(impl.DuckDBAdapter, "pre_model_hook", lambda self, config: "own")
    monkeypatch.setattr(impl.DuckDBAdapter, "post_model_hook", lambda self, config, context: {"own": 0}[context])
    return object.__new__(DuckDBAdapter)


def _node(kind: NodeType) -> Any:
    return SimpleNamespace(model=SimpleNamespace(resource_type=kind))


def test_a_node_that_writes_holds_the_turn_until_it_is_done(adapter: DuckDBAdapter) -> None:
    context = adapter.pre_model_hook(_node(NodeType.Model))
    assert adapter._writing.locked()
    adapter.post_model_hook(_node(NodeType.Model), context)
    assert not adapter._writing.locked()


def test_a_data_test_does_not_wait(adapter: DuckDBAdapter) -> None:
    context = adapter.pre_model_hook(_node(NodeType.Seed))
    beside = adapter.pre_model_hook(_node(NodeType.Test))
    adapter.post_model_hook({}, beside)
    assert adapter._writing.locked()
    adapter.post_model_hook(_node(NodeType.Seed), context)


def test_a_failure_hands_the_turn_on(adapter: DuckDBAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no connection")

    monkeypatch.setattr(impl.DuckDBAdapter, "pre_model_hook", fail)
    with pytest.raises(RuntimeError, match="no connection"):
        adapter.pre_model_hook(_node(NodeType.Model))
    assert not adapter._writing.locked()
    monkeypatch.setattr(impl.DuckDBAdapter, "post_model_hook", fail)
    adapter._writing.acquire()
    with pytest.raises(RuntimeError, match="no connection"):
        adapter.post_model_hook(_node(NodeType.Model), (True, "own"))
    assert not adapter._writing.locked()


def test_many_threads_build_on_the_embedded_catalog(settings: Settings) -> None:
    """Without the turn this fails at the first schemas: `Failed to commit DuckLake transaction`."""
    errors: list[dict[str, Any]] = []
    many = settings.model_copy(update={"dbt_threads": 4})
    with connect(many):
        pass
    assert invoke(many, "threads", VARS, ["seed"], errors.append).success, errors
    with connect(many, read_only=True) as con:
        assert con.execute("select count(*) > 10 from staging.free_mail_domains").fetchone() == (True,)
