"""What was read whole, held for the next question about the same customer: a snapshot never changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HELD_MEMORIES = 32_768  # some 2 KB each: its text, and its vector as it is compared


@dataclass(frozen=True)
class Read:
    """All memories that pass one filter, and beside them their vectors, of shape (memories, dimension)."""

    rows: pa.Table
    vectors: npt.NDArray[np.float32]


class Held:
    """The last reads, by filter: as many as hold `HELD_MEMORIES`; those that were asked for longest ago go first."""

    def __init__(self) -> None:
        self._reads: OrderedDict[str, Read] = OrderedDict()
        self._memories = 0
        self._lock = Lock()

    def get(self, where: str) -> Read | None:
        """What was read by this filter; None when nothing is held of it."""
        with self._lock:
            if where in self._reads:
                self._reads.move_to_end(where)
            return self._reads.get(where)

    def put(self, where: str, read: Read) -> None:
        """Hold what was read by this filter."""
        with self._lock:
            self._forget(where)
            self._reads[where] = read
            self._memories += read.rows.num_rows
            while self._memories > HELD_MEMORIES:
                self._forget(next(iter(self._reads)))

    def _forget(self, where: str) -> None:
        gone = self._reads.pop(where, None)
        self._memories -= gone.rows.num_rows if gone else 0
