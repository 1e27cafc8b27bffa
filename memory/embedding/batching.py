"""Batches of few distinct shapes: padding costs as much as text, and each new shape costs a set-up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LENGTH_STEP = 16  # token lengths are rounded up to a multiple of this


def batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[tuple[list[int], int]]:
    """Row numbers of each batch and its padded length in tokens, longest first.

    The longest go first, so that running out of memory shows at once and progress only speeds up.
    """
    order = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    start = 0
    while start < len(order):
        padded = padded_length(lengths[order[start]])
        rows = max(1, batch_tokens // padded)
        yield order[start : start + rows], padded
        start += rows


def padded_length(length: int) -> int:
    """The bucket of a token length."""
    return max(1, -(-length // LENGTH_STEP)) * LENGTH_STEP
