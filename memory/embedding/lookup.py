"""All vectors of one model in memory, found by content hash: 770 bytes each for 384 dimensions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from memory.embedding.store import VECTOR_TYPE, VectorStore


class MissingVectorsError(RuntimeError):
    """Documents have texts that were never embedded."""


class VectorLookup:
    """Vectors by content hash."""

    def __init__(self, store: VectorStore, dimension: int) -> None:
        self.type = pa.list_(VECTOR_TYPE, dimension)
        tables = [pq.read_table(path) for path in store.segments]
        hashes = [np.asarray(table.column("content_hash").to_pylist(), dtype="S") for table in tables]
        parts = [_matrix(table.column("vector"), dimension) for table in tables]
        every = np.concatenate(hashes) if hashes else np.zeros(0, dtype="S1")
        self._order: npt.NDArray[np.int64] = np.argsort(every, kind="stable")
        self._hashes = every[self._order]
        self._vectors = np.concatenate(parts) if parts else np.zeros((0, dimension), dtype=np.float16)

    def take(self, hashes: pa.Array) -> pa.FixedSizeListArray:
        """The vectors of these hashes, in their order.

        Raises MissingVectorsError when one was never embedded.
        """
        wanted = np.asarray(hashes.to_pylist(), dtype="S")
        at = np.searchsorted(self._hashes, wanted)
        known = at < len(self._hashes)
        known[known] = self._hashes[at[known]] == wanted[known]
        if not known.all():
            raise MissingVectorsError(
                f"{int((~known).sum())} memories have no vector, the first with content hash "
                f"{wanted[~known][0].decode()}: embed before publishing"
            )
        flat = self._vectors[self._order[at]].reshape(-1)
        return pa.FixedSizeListArray.from_arrays(pa.array(flat, VECTOR_TYPE), self.type.list_size)


def _matrix(column: pa.ChunkedArray, dimension: int) -> npt.NDArray[np.float16]:
    flat = column.combine_chunks().flatten() if column.num_chunks else pa.array([], VECTOR_TYPE)
    return np.asarray(flat.to_numpy(zero_copy_only=False), dtype=np.float16).reshape(-1, dimension)
