"""A night's progress on the terminal: one bar for the stages, one for the stage that runs.

While a night runs, everything that libraries print goes to a log file; the bars write to the terminal itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from orchestration.progress import Step, listening

REFRESHES = 4  # a second: drawing takes time from the night


@contextmanager
def shown(title: str, log_path: Path) -> Iterator[None]:
    """Show the progress of what runs inside; its own output goes to `log_path`."""
    with (
        _terminal(log_path) as console,
        Progress(
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", style="dim"),
            console=console,
            transient=not console.is_terminal,
            auto_refresh=console.is_terminal,
            refresh_per_second=REFRESHES,
        ) as bars,
        listening(_Bars(bars, title).show),
    ):
        yield


class _Bars:
    """One bar for the night, one for its running stage."""

    def __init__(self, bars: Progress, title: str) -> None:
        self._bars = bars
        self._night: TaskID = bars.add_task(title, total=None, note="starting")
        self._stage: TaskID = bars.add_task("", total=None, note="", visible=False)

    def show(self, step: Step) -> None:
        """Draw a step."""
        if step.state == "running":
            note = step.note or step.stage
            self._bars.update(
                self._stage, completed=step.done, total=step.total or None, note=note, description="", visible=True
            )
        elif step.state == "started":
            self._bars.update(self._night, completed=step.done, total=step.total, note=step.stage)
            self._bars.update(self._stage, visible=False)
        else:
            self._bars.update(self._night, completed=step.done, total=step.total, note=f"{step.stage} {step.state}")
            if not self._bars.console.is_terminal:
                self._bars.console.print(f"{step.stage}: {step.state} {step.note}".rstrip())


@contextmanager
def _terminal(log_path: Path) -> Iterator[Console]:
    """Point the process's output, its children's included, at a log file; yield a console on the real one."""
    log_path.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    with log_path.open("a") as log, os.fdopen(os.dup(saved[1]), "w") as terminal:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield Console(file=terminal)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in zip((1, 2), saved, strict=True):
                os.dup2(copy, number)
                os.close(copy)
