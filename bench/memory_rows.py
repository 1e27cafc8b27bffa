"""Rows of a snapshot's search table, made for a measurement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

AS_OF = datetime(2025, 6, 30, tzinfo=UTC)
SORTED = [("owner", "ascending"), ("memory_id", "ascending")]  # as a snapshot has them


def search_rows(
    owners: Sequence[str], texts: Sequence[str], vectors: npt.NDArray[Any], *, begin: int = 0, **columns: Any
) -> pa.Table:
    """Memories of the owners with vectors of shape (texts, dimension); `source_row` numbers them from `begin`.

    `columns` replaces any other column: observations from e-mails of one moment, all current.
    """
    count = len(texts)
    numbers = range(begin, begin + count)
    rows: dict[str, Any] = {
        "memory_id": [f"mem_{number:020d}" for number in numbers],
        "kind": ["observation"] * count,
        "owner": owners,
        "text": texts,
        "content_hash": [""] * count,
        "occurred_at": pa.array([AS_OF] * count, pa.timestamp("us", "UTC")),
        "channel": ["email"] * count,
        "importance": [0.5] * count,
        "is_current": [True] * count,
        "record_key": [f"r{number}" for number in numbers],
        "source_file": ["file"] * count,
        "source_row": list(numbers),
    }
    flat = pa.array(vectors.astype(np.float16).reshape(-1))
    return pa.table({**rows, **columns, "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])})
