"""Opening files whatever they are packed in, and hashing them. Damage becomes one kind of error."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingestion.records import DamagedFileError, Reason

GZIP_MAGIC = b"\x1f\x8b"
BUFFER_BYTES = 1 << 18


def sha256_of(path: Path, size: int) -> str:
    """Digest of a file's first `size` bytes as they lie on disk, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        head = _Head(file, size)
        while piece := head.read1(BUFFER_BYTES):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def open_file(path: Path, member: str | None = None, size: int | None = None) -> Iterator[io.BufferedReader]:
    """Open a file, or a zip's member, as plain bytes; gzip is told by its first bytes, not by its name.

    Of a file that grows only its first `size` bytes are read. Reading raises DamagedFileError where the packing is
    damaged, cut off or encrypted.
    """
    with ExitStack() as stack:
        raw: BinaryIO = stack.enter_context(path.open("rb"))
        if path.suffix.lower() == ".zip":
            raw = stack.enter_context(_open_member(raw, member))
        plain = io.BufferedReader(_Guarded(raw if size is None else _Head(raw, size)), BUFFER_BYTES)
        if plain.peek(2)[:2] == GZIP_MAGIC:
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=plain))
            plain = io.BufferedReader(_Guarded(unpacked), BUFFER_BYTES)
        yield cast(io.BufferedReader, plain)


@contextmanager
def _open_member(raw: BinaryIO, member: str | None) -> Iterator[BinaryIO]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(raw))
            file = stack.enter_context(archive.open(member or ""))
        except (zipfile.BadZipFile, KeyError) as error:
            raise DamagedFileError(Reason.FILE_DAMAGED, f"not a readable zip file: {error}") from error
        except RuntimeError as error:  # zipfile's way to say that a password is needed
            raise DamagedFileError(Reason.FILE_ENCRYPTED, "the zip file is encrypted: deliver it plain") from error
        except NotImplementedError as error:
            raise DamagedFileError(Reason.FILE_DAMAGED, f"packed in a way that cannot be read: {error}") from error
        yield cast(BinaryIO, file)


class _Head:
    """The first bytes of a file, whatever is appended to it meanwhile."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def read1(self, size: int) -> bytes:
        piece = self._file.read(min(size, self._left))
        self._left -= len(piece)
        return piece


class _Guarded(io.RawIOBase):
    """A stream whose packing errors all become DamagedFileError."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._inner.read1(len(buffer))  # piece by piece: what comes before the damage is handed on
        except EOFError as error:
            raise DamagedFileError(Reason.FILE_TRUNCATED, f"cut off while being unpacked: {error}") from error
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
            raise DamagedFileError(Reason.FILE_DAMAGED, f"damaged: {error}") from error
        buffer[: len(data)] = data
        return len(data)
