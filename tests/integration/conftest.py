"""A small invented company and its first two nights, run as a user would: through the command line, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data.demo import generate
from lake.connection import connect
from lake.settings import Settings

ACCOUNTS, SEED, DAYS = 14, 11, 3


@dataclass(frozen=True)
class Nights:
    """The world, its lake, and what the runs printed."""

    folder: Path
    first: dict[str, Any]
    last: dict[str, Any]

    @property
    def settings(self) -> Settings:
        return Settings(exports=self.folder / "exports", lake=self.folder / "lake")

    def truth(self, name: str) -> list[dict[str, Any]]:
        """The rows of one truth file."""
        lines = (self.folder / "truth" / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def memhouse(self, *arguments: str, code: int = 0) -> str:
        """Run the command line on this lake; the output of a run that ends with the expected code."""
        return run_memhouse(self.folder, *arguments, code=code)

    def ask(self, *arguments: str) -> Any:
        """Run a command with --json and read its answer: one object, or one a line."""
        lines = [json.loads(line) for line in self.memhouse(*arguments, "--json").splitlines()]
        return lines[0] if len(lines) == 1 else lines

    @contextmanager
    def lake(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The lake's head, to read."""
        with connect(self.settings, read_only=True) as con:
            yield con

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the lake's head."""
        with self.lake() as con:
            return con.execute(sql).fetchall()


def run_memhouse(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run `memhouse` with the folder's exports and lake. Asserts its exit code and returns its standard output."""
    environment = os.environ | {"MEMHOUSE_EXPORTS": str(folder / "exports"), "MEMHOUSE_LAKE": str(folder / "lake")}
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == code, f"memhouse {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def drop_dates(folder: Path) -> list[str]:
    """The dates of the world's drops, oldest first."""
    return list(
        json.loads((folder / "truth" / "world.ndjson").read_text(encoding="utf-8").splitlines()[0])["drop_dates"]
    )


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Two nights: the last drop but one, then the last."""
    folder = tmp_path_factory.mktemp("company")
    generate(folder, accounts=ACCOUNTS, seed=SEED, days=DAYS)
    before, newest = drop_dates(folder)[-2:]
    first = json.loads(run_memhouse(folder, "run", "--date", before, "--json"))
    last = json.loads(run_memhouse(folder, "run", "--date", newest, "--json"))
    return Nights(folder, first, last)
