"""The demo's lake beside its truth: one that is there, or one built for the occasion."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from lake.connection import connect
from lake.settings import Settings

ACCOUNTS = 24
DAYS = 3


@dataclass(frozen=True)
class Demo:
    """A lake built from the demo's exports, and the truth of them."""

    lake: Path
    truth: Path

    @property
    def name(self) -> str:
        """Which world it is."""
        return f"demo seed {self.world['seed']}, {self.world['accounts']} accounts"

    @property
    def world(self) -> dict[str, Any]:
        """The world's own row of the truth."""
        return next(truth_rows(self, "world"))

    @property
    def as_of(self) -> str:
        """The end of the last night, as the truth writes times."""
        return f"{self.world['drop_dates'][-1]}T23:59:59Z"

    def connect(self) -> AbstractContextManager[DuckDBPyConnection]:
        """The lake, read only."""
        return connect(Settings(lake=self.lake), read_only=True)


def truth_rows(demo: Demo, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one truth file."""
    with (demo.truth / f"{name}.ndjson").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@contextmanager
def demo_lake(folder: Path | None, seed: int) -> Iterator[Demo]:
    """The demo under `folder` (its `lake` and `truth`), or a small one of the seed, built anew and removed again.

    Raises RuntimeError with the end of its messages where that one cannot be built.
    """
    if folder:
        yield Demo(folder / "lake", folder / "truth")
        return
    with tempfile.TemporaryDirectory(prefix="memhouse-bench-") as made:
        home = Path(made)
        command = [str(Path(sys.executable).with_name("memhouse")), "demo", "--accounts", str(ACCOUNTS)]
        command += [
            "--seed",
            str(seed),
            "--days",
            str(DAYS),
            "--exports",
            str(home / "exports"),
            "--lake",
            str(home / "lake"),
        ]
        built = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
        if built.returncode:
            raise RuntimeError(f"the demo could not be built:\n{built.stderr[-2000:]}")
        yield Demo(home / "lake", home / "truth")
