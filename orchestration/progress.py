"""Progress of a night, from wherever work is done to whoever watches: the command line's bars, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Where a stage stands: `done` of `total` parts (total 0: unknown), and its state."""

    stage: str
    state: str  # 'started' | 'running' | 'succeeded' | 'failed' | 'skipped'
    done: int = 0
    total: int = 0
    note: str = ""


Listener = Callable[[Step], None]
_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def report(step: Step) -> None:
    """Tell the listener, if there is one."""
    listener = _listener.get()
    if listener is not None:
        listener(step)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send every step reported inside the block to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def counter(stage: str) -> Callable[[int, int], None]:
    """A callback that reports parts done of a stage."""
    return lambda done, total: report(Step(stage, "running", done, total))


def stages(stage: str) -> Callable[[str], None]:
    """A callback that reports which part of a stage begins."""
    return lambda name: report(Step(stage, "running", note=name))
