"""Which snapshot answers: the current one, the one that was asked for, or, where that is damaged, one before it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

from memory.reader.view import SnapshotView
from memory.snapshot.layout import (
    LATEST,
    MANIFEST,
    DamagedSnapshotError,
    NoSnapshotError,
    find_snapshot,
    latest_id,
    snapshot_ids,
)

DAY_LENGTH = len("2025-06-30")
T = TypeVar("T")


class CurrentSnapshot:
    """The open snapshot of a folder: of all of them, or of a single one. Safe for threads."""

    def __init__(self, folder: Path, snapshot_id: str | None, fall_back: bool) -> None:
        self._home = folder
        is_one = (folder / MANIFEST).exists()
        self._is_pinned = snapshot_id is not None or is_one
        self._fall_back = fall_back and not self._is_pinned
        self._process = os.getpid()
        self._lock = Lock()
        self._damaged: set[str] = set()  # ids that were passed over since `latest` was last replaced
        self._seen = self._stamp()
        self._view = SnapshotView(folder) if is_one else self._open(snapshot_id)

    @property
    def view(self) -> SnapshotView:
        """The open snapshot, after a look whether there is a newer one (one file's time, no more)."""
        if self._process != os.getpid():  # forked: a lock may be held by a thread that is not in this process
            self._process, self._lock, self._view = os.getpid(), Lock(), SnapshotView(self._view.folder)
        if self._is_pinned:
            return self._view
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                if stamp != self._seen:
                    self._damaged.clear()
                    self._view = self._open(None)
                    self._seen = stamp
        return self._view

    def answered(self, ask: Callable[[SnapshotView], T]) -> T:
        """What one whole snapshot answers: the open one.

        Where that cannot be read, a newer one (the old may have been pruned) or, if it may fall back, one before it.
        Raises DamagedSnapshotError when none can.
        """
        view = self.view
        while True:
            try:
                return ask(view)
            except DamagedSnapshotError as error:
                newer = self.view
                if newer is view and not self._fall_back:
                    raise
                view = newer if newer is not view else self._instead_of(view, error)

    def _instead_of(self, damaged: SnapshotView, error: DamagedSnapshotError) -> SnapshotView:
        with self._lock:
            if self._view is damaged:
                self._view = self._older(damaged.folder.name, error)
            return self._view

    def _open(self, snapshot_id: str | None) -> SnapshotView:
        name = snapshot_id or ""
        try:
            name = name or latest_id(self._home)
            return SnapshotView(self._named(name, is_latest=snapshot_id is None))
        except DamagedSnapshotError as error:
            if not self._fall_back:
                raise
            return self._older(name, error)

    def _named(self, name: str, *, is_latest: bool) -> Path:
        try:
            return find_snapshot(self._home, name)
        except NoSnapshotError as error:
            if is_latest:
                raise DamagedSnapshotError(f"{self._home / LATEST} names what is not there: {error}") from error
            raise

    def _older(self, damaged: str, error: DamagedSnapshotError) -> SnapshotView:
        """The newest other snapshot, of its day or before (of any, where nothing says which), that can be opened."""
        self._damaged.add(damaged)
        reasons = [str(error)]
        day = damaged[:DAY_LENGTH]
        for name in reversed([name for name in snapshot_ids(self._home) if not day or name[:DAY_LENGTH] <= day]):
            if name not in self._damaged:
                try:
                    return SnapshotView(self._home / name)
                except DamagedSnapshotError as worse:
                    self._damaged.add(name)
                    reasons.append(str(worse))
        raise DamagedSnapshotError(f"no snapshot up to {day or 'now'} can be read: {'; '.join(reasons)}") from error

    def _stamp(self) -> tuple[int, int] | None:
        """Changes whenever `latest` is replaced."""
        try:
            status = (self._home / LATEST).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return status.st_mtime_ns, status.st_ino
