"""Retries for what is transient; everything else fails at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from dagster import RetryRequested

MAX_RETRIES = 3
SECONDS_TO_WAIT = 5
# What DuckDB says when a catalog or a connection is briefly out of reach.
SIGNS = ("database is locked", "could not set lock", "transaction conflict", "connection", "timed out", "timeout")


def is_transient(error: BaseException) -> bool:
    """Whether the same step may succeed when tried again in a moment."""
    if isinstance(error, BlockingIOError | ConnectionError | TimeoutError | duckdb.TransactionException):
        return True
    return isinstance(error, duckdb.Error) and any(sign in str(error).lower() for sign in SIGNS)


@contextmanager
def retried() -> Iterator[None]:
    """Turn a transient error into Dagster's request for another attempt."""
    try:
        yield
    except Exception as error:
        if is_transient(error):
            raise RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=SECONDS_TO_WAIT) from error
        raise
