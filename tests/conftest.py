"""How the tests are shared out over processes (pytest-xdist): what shares what it builds stays together."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("integration", "dbt", "demo")  # folders whose files share a built lake or a generated world
LONGEST_FIRST = ("integration", "dbt", "memory", "identity", "orchestration")


class SharingScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """One process for all tests of a file, or of a folder whose files share something."""

    def _split_scope(self, nodeid: str) -> str:
        folder = _folder(nodeid)
        return folder if folder in TOGETHER else nodeid.split("::", maxsplit=1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingScheduling:
    """What xdist asks for when tests run in several processes."""
    return SharingScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the folders that take minutes first, so that what is left at the end can be shared out."""
    turns = {folder: turn for turn, folder in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: turns.get(_folder(item.nodeid), len(turns)))


def _folder(nodeid: str) -> str:
    """`tests/dbt/test_marts.py::…` → `dbt`."""
    return nodeid.split("/")[1]
