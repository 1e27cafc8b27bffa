"""A small invented company and its first two nights, run as a user would: through the command line, in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
import pytest
from mcp import Client

from data.demo import generate
from lake.connection import connect
from lake.settings import Settings
from memory.mcp.events import RecallLog
from memory.mcp.server import build_server
from memory.reader import Snapshot
from memory.reader.session import Session

ACCOUNTS, SEED, DAYS = 14, 11, 3
READERS = 2
PAUSE_SECONDS = 6  # between a reader's queries: each starts a process, and the night needs the machine too
AGENT = "night-desk"
# Tables that several steps of a night write: an answer that mixed two nights would be neither night's.
ACROSS_THE_NIGHT = """
    select (select max(recorded_at) from marts.interactions) as landed, (select count(*) from marts.interactions) as interactions,
        (select count(*) from marts.account_timeline) as entries, (select count(*) from memory.documents) as memories
"""


@dataclass(frozen=True, eq=False)
class Nights:
    """The world, its lake, and what the runs printed."""

    folder: Path
    first: dict[str, Any]
    last: dict[str, Any]
    before: str  # what ACROSS_THE_NIGHT answered before the last night
    meanwhile: list[str]  # and, to two other processes, while it ran
    recalled: dict[str, Any]  # what an agent was handed between the nights, over MCP

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


@dataclass
class Reading:
    """Other processes that query the lake, one after the other in each of several threads, while something runs."""

    folder: Path
    answers: list[str] = field(default_factory=list)
    errors: list[AssertionError] = field(default_factory=list)
    _over: Event = field(default_factory=Event)

    def __enter__(self) -> Reading:
        self._threads = [Thread(target=self._read) for _ in range(READERS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            try:
                self.answers.append(run_memhouse(self.folder, "sql", ACROSS_THE_NIGHT, "--json"))
            except AssertionError as error:
                self.errors.append(error)


def drop_dates(folder: Path) -> list[str]:
    """The dates of the world's drops, oldest first."""
    return list(
        json.loads((folder / "truth" / "world.ndjson").read_text(encoding="utf-8").splitlines()[0])["drop_dates"]
    )


def recall_between_nights(folder: Path, day: str) -> dict[str, Any]:
    """An agent asks about a customer on that day, over MCP; the recall is logged among the agents' exports."""
    settings = Settings(exports=folder / "exports", lake=folder / "lake")
    with connect(settings, read_only=True) as con:
        owners = (
            "select account_id from lake.memory.documents where kind = 'observation' group by 1 order by count(*) desc"
        )
        who = con.execute(owners).fetchall()[0][0]
    log = RecallLog(settings.exports / "agents", AGENT, clock=lambda: datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    server = build_server(Session.bound(Snapshot.open(settings.snapshots_dir), None, ()), log)

    async def ask() -> Any:
        async with Client(server) as client:
            return await client.call_tool("recall", {"customer": who, "query": "how do they like to be contacted?"})

    answer: dict[str, Any] = asyncio.run(ask()).structured_content
    return answer


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Two nights: the last drop but one, then the last."""
    folder = tmp_path_factory.mktemp("company")
    generate(folder, accounts=ACCOUNTS, seed=SEED, days=DAYS)
    before, newest = drop_dates(folder)[-2:]
    first = json.loads(run_memhouse(folder, "run", "--date", before, "--json"))
    answer = run_memhouse(folder, "sql", ACROSS_THE_NIGHT, "--json")
    recalled = recall_between_nights(folder, newest)
    with Reading(folder) as reading:
        last = json.loads(run_memhouse(folder, "run", "--date", newest, "--json"))
    assert not reading.errors, reading.errors
    return Nights(folder, first, last, answer, reading.answers, recalled)
