"""Files that are whole or absent: written beside, flushed to disk, renamed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

BESIDE = ".tmp"


def write_beside(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file next to `path`, flush it, and put it in place in one step."""
    beside = path.with_name(path.name + BESIDE)
    write(beside)
    flush(beside)
    beside.replace(path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Have the operating system put a file's bytes, or a folder's entries, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Flush every file and folder under `folder`, and `folder` itself."""
    for path in sorted(folder.rglob("*"), reverse=True):
        flush(path)
    flush(folder)


def remove(paths: Iterable[Path]) -> None:
    """Remove files and whole folders; what is already gone is fine."""
    for path in list(paths):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_under(folder: Path) -> list[Path]:
    """Every file under `folder`, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
