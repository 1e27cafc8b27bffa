"""The search table of a snapshot, asked from any thread: several questions in one go, side by side.

The library's own synchronous calls cross to its event loop and back a dozen times a question; that costs more than the
search. Here a question crosses once. The library is imported when a table is opened: cards and lookups need none of it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from memory.reader.held import Held
from memory.snapshot.layout import MEMORIES, DamagedSnapshotError, SnapshotError, unreadable

if TYPE_CHECKING:
    from lancedb.table import AsyncTable

Array = npt.NDArray[np.float32]
ROW_ID = "_rowid"  # selected like any column
SCORE = "_score"
VECTOR = "vector"
PATIENCE_SECONDS = 60  # a search takes milliseconds; one that meets certain damage would never end
Answer = Awaitable[pa.Table]
T = TypeVar("T")


class ForkedProcessError(SnapshotError):
    """A recall in a process that was forked from one that had recalled: the libraries' threads are not in it."""


class MemoryIndex:
    """Filtered searches. Those that return an `Answer` wait for `together`, which runs them."""

    def __init__(self, path: Path, table: AsyncTable, names: Sequence[str], count: int) -> None:
        self._path = path
        self._table = table
        self.names = list(names)
        self.count = count
        self.held = Held()
        self.large: set[str] = set()  # filters that more rows pass than are worth reading whole

    @classmethod
    def open(cls, folder: Path) -> MemoryIndex:
        """The search table in a snapshot's folder.

        Raises DamagedSnapshotError when there is none that can be read.
        """
        import lancedb  # noqa: PLC0415 (see the module's first lines; before it is waited for, for it takes seconds)

        path = folder / f"{MEMORIES}.lance"
        table, names, count = _run(path, _opened(lancedb.connect_async, folder))[0]
        return cls(path, table, names, count)

    def rows(self, where: str, columns: Sequence[str], limit: int) -> Answer:
        """At most `limit` rows that pass the filter."""
        return self._table.query().where(where).select(list(columns)).limit(limit).to_arrow()

    def near(self, where: str, vector: Array, columns: Sequence[str], limit: int) -> Answer:
        """Of the rows that pass the filter, the nearest, by comparing every one."""
        search = self._table.query().nearest_to(vector).column(VECTOR).distance_type("dot").bypass_vector_index()
        return search.where(where).select([*columns, "_distance"]).limit(limit).to_arrow()

    def matching(self, where: str, query: str, columns: Sequence[str], limit: int) -> Answer:
        """Of the rows that pass the filter, those that have the query's words, with their `_score`."""
        from lancedb.query import MatchQuery  # noqa: PLC0415 (see the module's first lines)

        search = self._table.query().nearest_to_text(MatchQuery(query, "text"))  # type: ignore[call-arg]
        return search.where(where).select([*columns, SCORE]).limit(limit).to_arrow()

    def refuse_strangers(self, rows: pa.Table, owners: Sequence[str]) -> None:
        """Raises DamagedSnapshotError for rows of anybody else than `owners`: an index that is damaged finds any."""
        if not pc.all(pc.is_in(rows.column("owner"), value_set=pa.array(owners, pa.string())), min_count=0).as_py():
            raise self.damage("its index finds memories of somebody else")

    def damage(self, told: str) -> DamagedSnapshotError:
        """The error for an index that contradicts itself."""
        return DamagedSnapshotError(unreadable(self._path, ValueError(told)))

    def together(self, *answers: Answer) -> list[pa.Table]:
        """The answers, found side by side.

        Raises DamagedSnapshotError where the files cannot be read, ForkedProcessError in a forked process.
        """
        return _run(self._path, *answers)


def refuse_forked(process: int) -> None:
    """Raises ForkedProcessError in any other process than the given one."""
    if process != os.getpid():
        raise ForkedProcessError(
            "this process was forked from one that had already recalled or loaded the model, and their libraries do "
            "not survive that: start processes by 'spawn' or 'forkserver', or fork before the first recall"
        )


def _run(path: Path, *answers: Awaitable[T]) -> list[T]:
    loop, process = _loop()
    try:
        refuse_forked(process)
    except ForkedProcessError:
        for answer in answers:
            getattr(answer, "close", lambda: None)()
        raise
    try:
        return asyncio.run_coroutine_threadsafe(_gathered(*answers), loop).result()
    except TimeoutError as error:
        told = f"its index gave no answer within {PATIENCE_SECONDS} seconds"
        raise DamagedSnapshotError(unreadable(path, ValueError(told))) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise DamagedSnapshotError(unreadable(path, error)) from error


async def _gathered(*answers: Awaitable[T]) -> list[T]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return list(await asyncio.gather(*answers))


async def _opened(connect: Callable[..., Any], folder: Path) -> tuple[AsyncTable, list[str], int]:
    table = await (await connect(folder)).open_table(MEMORIES)
    return table, (await table.schema()).names, await table.count_rows()


@cache
def _loop() -> tuple[asyncio.AbstractEventLoop, int]:
    """The event loop, in a thread of its own, and the process in which it runs."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="memory-index", daemon=True).start()
    return loop, os.getpid()
