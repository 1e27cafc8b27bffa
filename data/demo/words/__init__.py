"""Word lists, kept as data so that what the generator writes does not depend on a library's version."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def load(name: str) -> dict[str, Any]:
    """The parsed list `words/<name>.toml`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def header(source: str, name: str) -> list[str]:
    """The columns of a CSV export."""
    return list(load("headers")[source][name])
