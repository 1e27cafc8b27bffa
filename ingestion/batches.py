"""Files to Arrow batches, table by table. Memory is bounded by the batch, not by the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from ingestion.drops import DropFile
from ingestion.opening import open_file, sha256_of
from ingestion.raw_tables import LANDED_COLUMNS, LANDED_FILES, REJECTED, REJECTED_COLUMNS, STREAM_COLUMNS
from ingestion.readers import READERS
from ingestion.records import DamagedFileError, Reading, Record, Reject
from ingestion.sources import Source

BATCH_ROWS = 50_000
BATCH_CHARACTERS = 16 << 20
REJECT_BATCH_ROWS = 2_000

TableBatch = tuple[str, pa.RecordBatch]


class FileChangedError(RuntimeError):
    """An export file changed while it was read."""


@dataclass(frozen=True)
class NewFile:
    """A file that is not in the lake yet."""

    file: DropFile
    drop_date: date
    sha256: str
    size_and_time: tuple[int, int]  # bytes and modification time (ns) when it was hashed


@dataclass
class ReadCount:
    """What came out of one file."""

    rows: int = 0
    rejects: int = 0
    notes: str = ""


@dataclass
class _Rows:
    """Rows of one stream waiting to become a batch; columns that are constant in a file are kept as runs."""

    payloads: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    runs: list[tuple[NewFile, int]] = field(default_factory=list)  # file, rows
    characters: int = 0

    def batch(self, recorded_at: datetime) -> pa.RecordBatch:
        """All rows so far."""

        def repeated(values: list[Any], kind: pa.DataType) -> pa.Array:
            parts = [pa.repeat(pa.scalar(v, kind), n) for v, (_, n) in zip(values, self.runs, strict=True)]
            return pa.concat_arrays(parts)

        files = [new for new, _ in self.runs]
        return pa.RecordBatch.from_arrays(
            [
                pa.array(self.payloads, pa.string()),
                repeated([new.file.name for new in files], pa.string()),
                pa.array(self.numbers, pa.int64()),
                repeated([new.drop_date for new in files], pa.date32()),
                repeated([new.sha256 for new in files], pa.string()),
                pa.repeat(pa.scalar(recorded_at, STREAM_COLUMNS.field("_recorded_at").type), len(self.payloads)),
            ],
            schema=STREAM_COLUMNS,
        )


class SourceBatches:
    """The load package of one source: batches for its stream tables, `_rejected` and `_landed_files`."""

    def __init__(self, source: Source, recorded_at: datetime) -> None:
        self._source = source
        self._recorded_at = recorded_at
        self._rows: dict[str, _Rows] = {}
        self._rejected: list[dict[str, Any]] = []
        self.counts: dict[str, ReadCount] = {}  # by file name

    def read(self, files: Iterable[NewFile]) -> Iterator[TableBatch]:
        """Table name and batch, as they fill; the files' own rows last.

        Raises FileChangedError when a file is not the one that was hashed.
        """
        landed: list[dict[str, Any]] = []
        for new in files:
            yield from self._read_file(new)
            landed.append(self._landed_row(new))
        for table in sorted(self._rows):
            yield from self._flush_rows(table)
        yield from self._flush_rejected()
        yield LANDED_FILES, pa.RecordBatch.from_pylist(landed, schema=LANDED_COLUMNS)

    def _read_file(self, new: NewFile) -> Iterator[TableBatch]:
        count = self.counts[new.file.name] = ReadCount()
        for item in self._items(new, count):
            if isinstance(item, Record):
                count.rows += 1
                yield from self._add_row(new, item)
            else:
                count.rejects += 1
                self._rejected.append(self._rejected_row(new, item))
                if len(self._rejected) >= REJECT_BATCH_ROWS:
                    yield from self._flush_rejected()
        if fingerprint(new.file) != new.size_and_time and not self._only_grew(new):
            raise FileChangedError(f"{new.file.path} changed while it was read; run again when the export is complete")

    def _only_grew(self, new: NewFile) -> bool:
        """Whether a log was appended to meanwhile: what was there is landed, the rest with the next night."""
        return self._is_log(new) and sha256_of(new.file.path, new.size_and_time[0]) == new.sha256

    def _is_log(self, new: NewFile) -> bool:
        declared = self._source.streams.get(new.file.stream or "")
        return new.file.member is None and declared is not None and declared.format == "ndjson"

    def _items(self, new: NewFile, count: ReadCount) -> Iterator[Record | Reject]:
        """The file's records and rejects; where it cannot be read further, one reject for the rest."""
        last = 0
        size = new.size_and_time[0] if self._is_log(new) else None
        try:
            with open_file(new.file.path, new.file.member, size) as stream:
                declared = self._source.streams[new.file.stream or ""]
                dated = new.file.drop_date is not None
                reading = Reading(declared, new.file.name, new.drop_date, new.file.inner_path, dated)
                for item in READERS[declared.format](stream, reading):
                    last = item.row
                    yield item
                count.notes = reading.notes
        except DamagedFileError as error:
            yield Reject(last + 1, error.reason, f"{error}; what lies before was landed, deliver the file again")
        except OSError as error:
            raise FileChangedError(f"{new.file.path} cannot be read any more ({error.strerror}); run again") from error

    def _add_row(self, new: NewFile, record: Record) -> Iterator[TableBatch]:
        table = new.file.stream or ""
        rows = self._rows.setdefault(table, _Rows())
        rows.payloads.append(record.payload)
        rows.numbers.append(record.row)
        rows.characters += len(record.payload)
        if rows.runs and rows.runs[-1][0] is new:
            rows.runs[-1] = (new, rows.runs[-1][1] + 1)
        else:
            rows.runs.append((new, 1))
        if len(rows.payloads) >= BATCH_ROWS or rows.characters >= BATCH_CHARACTERS:
            yield from self._flush_rows(table)

    def _flush_rows(self, table: str) -> Iterator[TableBatch]:
        rows = self._rows.pop(table, None)
        if rows:
            yield table, rows.batch(self._recorded_at)

    def _flush_rejected(self) -> Iterator[TableBatch]:
        if self._rejected:
            rejected, self._rejected = self._rejected, []
            yield REJECTED, pa.RecordBatch.from_pylist(rejected, schema=REJECTED_COLUMNS)

    def _rejected_row(self, new: NewFile, reject: Reject) -> dict[str, Any]:
        return {
            "source": self._source.name,
            "stream": new.file.stream,
            "_source_file": new.file.name,
            "_source_row": reject.row,
            "_drop_date": new.drop_date,
            "_file_sha256": new.sha256,
            "reason_code": reject.reason.value,
            "message": reject.message,
            "raw_text": reject.raw_text,
            "_recorded_at": self._recorded_at,
        }

    def _landed_row(self, new: NewFile) -> dict[str, Any]:
        count = self.counts[new.file.name]
        return {
            "stream": new.file.stream,
            "_source_file": new.file.name,
            "_drop_date": new.drop_date,
            "_file_sha256": new.sha256,
            "rows_landed": count.rows,
            "rows_rejected": count.rejects,
            "notes": count.notes,
            "_recorded_at": self._recorded_at,
        }


def fingerprint(file: DropFile) -> tuple[int, int]:
    """Size in bytes and modification time in nanoseconds: whether a file was touched between two looks."""
    stat = file.path.stat()
    return stat.st_size, stat.st_mtime_ns
