"""Vectors by content hash, in immutable Parquet segments, one folder a model.

Parquet and not Lance: a segment is written beside and renamed, so a killed run leaves whole segments or nothing, and
the next one embeds only what is missing; DuckDB joins the hashes with the documents without loading a vector; and
there is no version history in which an erased text's vector could survive. Lance is for what is searched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from memory.embedding.model import ModelId
from memory.embedding.network import Vectors
from memory.files import remove, write_beside

SEGMENT_NAME_LENGTH = 20
VECTOR_TYPE = pa.float16()  # half the bytes; a cosine moves by less than .001


@dataclass(frozen=True)
class VectorStore:
    """The stored vectors of one model."""

    folder: Path

    @classmethod
    def of(cls, vectors_dir: Path, model: ModelId) -> VectorStore:
        """The model's store under the lake's vectors folder."""
        return cls(vectors_dir / model.key)

    @classmethod
    def every(cls, vectors_dir: Path) -> list[VectorStore]:
        """The stores of all models that were used."""
        return [cls(folder) for folder in sorted(vectors_dir.glob("*/"))]

    @property
    def segments(self) -> list[Path]:
        """Whole segments, in a fixed order."""
        return sorted(self.folder.glob("*.parquet"))

    def hashes(self) -> pa.Table:
        """One column, `content_hash`: what needs no embedding."""
        tables = [pq.read_table(path, columns=["content_hash"]) for path in self.segments]
        empty = pa.table({"content_hash": pa.array([], pa.string())})
        return pa.concat_tables([empty, *tables])

    @property
    def dimension(self) -> int | None:
        """Length of the vectors; None while there are none."""
        segments = self.segments
        return pq.read_schema(segments[0]).field("vector").type.list_size if segments else None

    def append(self, hashes: Sequence[str], vectors: Vectors) -> Path:
        """Write one segment; the same hashes give the same file name, so a repeat replaces itself."""
        order = sorted(range(len(hashes)), key=lambda row: hashes[row])
        table = segment_table([hashes[row] for row in order], vectors[order])
        return self._write(table)

    def keep_only(self, used: set[str]) -> int:
        """Rewrite the segments into one that holds only `used` hashes; the number of vectors dropped."""
        before = self.segments
        tables = [pq.read_table(path) for path in before]
        if not tables:
            return 0
        whole = pa.concat_tables(tables).sort_by("content_hash")
        kept = whole.filter(_first_of_each(whole.column("content_hash").to_pylist(), used))
        new = self._write(kept) if kept.num_rows else None
        remove([path for path in before if path != new])
        return int(whole.num_rows - kept.num_rows)

    def sweep(self) -> None:
        """Remove half-written segments of a killed run."""
        remove(self.folder.glob("*.tmp"))

    def _write(self, table: pa.Table) -> Path:
        names = "\n".join(table.column("content_hash").to_pylist()).encode()
        name = hashlib.sha256(names).hexdigest()[:SEGMENT_NAME_LENGTH]
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.parquet"
        write_beside(path, lambda beside: pq.write_table(table, beside, compression="none"))
        return path


def segment_table(hashes: Iterable[str], vectors: Vectors) -> pa.Table:
    """A segment's rows: `content_hash`, `vector` (fixed-size list of float16)."""
    flat = pa.array(vectors.astype(np.float16).reshape(-1), VECTOR_TYPE)
    lists = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
    return pa.table({"content_hash": pa.array(list(hashes), pa.string()), "vector": lists})


def _first_of_each(hashes: Sequence[str], used: set[str]) -> pa.Array:
    """Mask over sorted hashes: in use, and not a repeat."""
    pairs = zip([None, *hashes], hashes, strict=False)
    return pa.array([after != before and after in used for before, after in pairs], pa.bool_())
