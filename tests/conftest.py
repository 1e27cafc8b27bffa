"""How the tests are shared out over processes (pytest-xdist): a folder's tests stay together, as do what they build."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

LONGEST_FIRST = ("integration", "identity", "orchestration")


class FolderScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """One process for all tests of a folder."""

    def _split_scope(self, nodeid: str) -> str:
        return _folder(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    """What xdist asks for when tests run in several processes."""
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the folders that take minutes first."""
    turns = {folder: turn for turn, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: turns.get(_folder(item.nodeid), len(turns)))


def _folder(nodeid: str) -> str:
    """`tests/dbt/test_marts.py::…` → `dbt`."""
    return nodeid.split("/")[1]
