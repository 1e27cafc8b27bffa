"""dbt-duckdb for a catalog that takes one writer: one node writes at a time, and everything else goes on beside it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from dbt.adapters import duckdb
from dbt.adapters.duckdb import impl
from dbt.artifacts.resources.types import NodeType

WRITES = frozenset({NodeType.Model, NodeType.Seed, NodeType.Snapshot})


class DuckDBAdapter(impl.DuckDBAdapter):  # dbt takes the name of the adapter's package from the name of the class
    """Holds a lock from before the first statement of a node that writes until after its last.

    Two transactions that write to a SQLite catalog collide. Data tests only read and compiling is dbt's own work, so a
    second thread does both while the first one builds a model.
    """

    _writing = threading.Lock()

    def pre_model_hook(self, config: Any) -> Any:
        """Wait for the turn, if the node writes."""
        writes = getattr(getattr(config, "model", None), "resource_type", None) in WRITES
        if not writes:
            return False, super().pre_model_hook(config)
        self._writing.acquire()
        try:
            return True, super().pre_model_hook(config)
        except BaseException:
            self._writing.release()
            raise

    def post_model_hook(self, config: Mapping[str, Any], context: Any) -> None:
        """Hand on the turn, whether the node was built or failed."""
        writes, own_context = context
        try:
            super().post_model_hook(config, own_context)
        finally:
            if writes:
                self._writing.release()

    def create_schema(self, relation: Any) -> None:
        """Create a schema when nothing else is written; dbt asks for several at once."""
        with self._writing:
            super().create_schema(relation)


def use_for(*, one_writer: bool) -> None:
    """Have dbt build with this adapter where the catalog takes one writer, else with dbt-duckdb's own."""
    plugin: Any = duckdb.Plugin
    plugin.adapter = DuckDBAdapter if one_writer else impl.DuckDBAdapter
