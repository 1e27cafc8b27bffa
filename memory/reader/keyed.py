"""Rows by key out of a sorted Parquet file: only the row groups that can hold them are read."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from memory.snapshot.layout import DamagedSnapshotError, unreadable

UNREADABLE = (OSError, ValueError, TypeError, KeyError)  # what damage in a Parquet file's footer may raise


class KeyedParquet:
    """A Parquet file that is looked into by the values of some columns; it is opened once and never read whole.

    Raises DamagedSnapshotError where it cannot be read, when it is opened or later.
    """

    def __init__(self, path: Path, *key_columns: str) -> None:
        self._path = path
        self._lock = Lock()  # a Parquet file object is not for two threads at a time
        self._key_columns = key_columns
        try:
            self._file = pq.ParquetFile(path, page_checksum_verification=True)
            names = self._file.schema_arrow.names
            self._bounds = [self._column_bounds(names.index(column)) for column in key_columns]
        except UNREADABLE as error:
            raise DamagedSnapshotError(unreadable(path, error)) from error

    @property
    def names(self) -> list[str]:
        """Columns of the file."""
        return list(self._file.schema_arrow.names)

    def rows(self, *key: str) -> pa.Table:
        """The rows whose key columns (or the first of them) have these values, in the file's order."""
        groups = [group for group in range(self._file.num_row_groups) if self._may_hold(group, key)]
        try:
            with self._lock:
                table = self._file.read_row_groups(groups)
        except UNREADABLE as error:
            raise DamagedSnapshotError(unreadable(self._path, error)) from error
        for column, value in zip(self._key_columns, key, strict=False):
            table = table.filter(pc.equal(table.column(column), value))
        return table

    def _may_hold(self, group: int, key: tuple[str, ...]) -> bool:
        bounds = (column[group] for column in self._bounds)
        return all(bound is None or bound[0] <= value <= bound[1] for bound, value in zip(bounds, key, strict=False))

    def _column_bounds(self, column: int) -> list[tuple[Any, Any] | None]:
        """Smallest and largest value of each row group; None where the file does not say."""
        metadata = self._file.metadata
        found = (metadata.row_group(group).column(column).statistics for group in range(metadata.num_row_groups))
        return [(stats.min, stats.max) if stats is not None and stats.has_min_max else None for stats in found]
