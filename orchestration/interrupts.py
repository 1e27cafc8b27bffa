"""Ctrl+C, a stopped service, "Terminate" in the web page: what ends a night from outside, however deep it was met."""

from __future__ import annotations

from contextlib import AbstractContextManager

from dagster import DagsterExecutionInterruptedError
from dagster._utils.interrupts import raise_interrupts_as
from dagster_shared.error import SerializableErrorInfo

INTERRUPTS = (KeyboardInterrupt, DagsterExecutionInterruptedError)
NAMES = frozenset(kind.__name__ for kind in INTERRUPTS)


class NightInterruptedError(KeyboardInterrupt):
    """The night was told to stop; the message says what became of it."""


def as_keyboard_interrupt() -> AbstractContextManager[None]:
    """Signals raise what libraries know to clean up after; Dagster's own exception is unknown to them."""
    return raise_interrupts_as(KeyboardInterrupt)


def is_interrupt(error: SerializableErrorInfo | None) -> bool:
    """Whether an error, or what it came from, is an interrupt: DuckDB turns one into an error of the query it ends."""
    while error is not None:
        if error.cls_name in NAMES:
            return True
        error = error.cause or error.context
    return False
