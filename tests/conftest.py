"""How the tests are shared out over processes (pytest-xdist): a folder's tests stay together, as do what they build."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONGEST_FIRST = ("integration", "dbt")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Group tests by folder, for `--dist loadgroup`; here, since xdist reads the groups before later hooks."""
    item.add_marker(pytest.mark.xdist_group(_folder(item)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the folders that take minutes first."""
    items.sort(key=lambda item: LONGEST_FIRST.index(_folder(item)) if _folder(item) in LONGEST_FIRST else 99)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]
