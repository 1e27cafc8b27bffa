"""One writer: the whole night holds this lock."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from lake.settings import Settings


class LakeLockedError(RuntimeError):
    """Another process is writing to the lake; the message says which."""


@dataclass(frozen=True)
class Holder:
    """Who holds the writer lock."""

    purpose: str
    pid: int
    started: str | None = None  # of the process, as the system tells it: another may have got its id


@contextmanager
def writer_lock(settings: Settings, purpose: str) -> Iterator[None]:
    """Hold the lake's writer lock; the operating system frees it when the process dies, however it dies.

    Waits `lock_wait_seconds`, then raises LakeLockedError with the holder's purpose and process id.
    """
    settings.lake.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lock_path)
    try:
        lock.acquire(timeout=settings.lock_wait_seconds)
    except Timeout as error:
        holder = lock_holder(settings)
        who = f"{holder.purpose}, process {holder.pid}" if holder else "another process"
        raise LakeLockedError(
            f"the lake at {settings.lake} is being written by {who}; wait for it to end, "
            "or set lock_wait_seconds to wait here"
        ) from error
    try:
        holding = Holder(purpose, os.getpid(), process_started(os.getpid()))
        _holder_path(settings).write_text(json.dumps(asdict(holding)))
        yield
    finally:
        _holder_path(settings).unlink(missing_ok=True)
        lock.release()


def lock_holder(settings: Settings) -> Holder | None:
    """Who is writing to the lake, as far as is noted and still running on this machine; touches no lock."""
    try:
        holder = Holder(**json.loads(_holder_path(settings).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return holder if is_alive(holder.pid, holder.started) else None


def is_alive(pid: int, started: str | None) -> bool:
    """Whether the process that `process_started` told of runs still on this machine, and not another of its id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, under another user
    return started == process_started(pid)


def process_started(pid: int) -> str | None:
    """When a process began, in ticks of its machine; None where the system has no such files."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def _holder_path(settings: Settings) -> Path:
    return settings.lock_path.with_suffix(".json")
