"""What a reader holds of the customers asked about last: bounded, the least recently asked about goes first."""

import numpy as np
import pyarrow as pa

from memory.reader.held import HELD_MEMORIES, Held, Read


def read_of(memories: int) -> Read:
    return Read(pa.table({"memory_id": [str(at) for at in range(memories)]}), np.zeros((memories, 1), np.float32))


def test_the_least_recently_asked_about_goes_first() -> None:
    held, third = Held(), HELD_MEMORIES // 3
    for where in ("a", "b", "c"):
        held.put(where, read_of(third))
    assert held.get("a") is not None
    held.put("d", read_of(third))
    assert [held.get(where) is not None for where in "abcd"] == [True, False, True, True]


def test_the_same_read_twice_counts_once() -> None:
    held, half = Held(), HELD_MEMORIES // 2
    for where in ("a", "a", "a", "b"):
        held.put(where, read_of(half))
    assert held.get("a") is not None
    assert held.get("b") is not None
