"""What fails is told as a row, so that the figures of all else are not lost with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Row = dict[str, Any]


def told(head: Row, measure: Callable[[], Iterable[Row]]) -> Iterator[Row]:
    """The rows of `measure`, each after `head`; where it raises, a last row whose `failed` says why."""
    try:
        for row in measure():
            yield {**head, **row}
    except Exception as error:  # noqa: BLE001 (whatever it is, the other figures are wanted)
        yield {**head, "failed": failure(error)}


def failure(error: Exception) -> str:
    """An error's kind and message, on one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
