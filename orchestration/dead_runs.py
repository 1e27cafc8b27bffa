"""Runs that Dagster takes for running though their process was killed: they would hold up the queue for ever."""

from __future__ import annotations

import os
from time import time

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from lake.lock import is_alive, process_started

PROCESS_TAG = "memhouse/process"  # of a run: id and start of its process
RUNNING = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
TAGGED_WITHIN = 60  # seconds from a run's start to its tag, at most
TOLD = "the process of this run was killed; run its night again"


def note_process(home: DagsterInstance, run_id: str) -> None:
    """Note of a run that it is this process's."""
    pid = os.getpid()
    home.add_run_tags(run_id, {PROCESS_TAG: f"{pid} {process_started(pid) or ''}"})


def end_dead_runs(home: DagsterInstance, *, starting: bool = False) -> list[str]:
    """Mark runs as failed whose process is no more; their ids.

    `starting`: also those that were about to start, where nobody else can be starting any.
    """
    statuses = [*RUNNING, *([DagsterRunStatus.STARTING] if starting else [])]
    ended = []
    for record in home.get_run_records(RunsFilter(statuses=statuses)):
        run = record.dagster_run
        process = run.tags.get(PROCESS_TAG)
        if process is None:
            dead = starting or time() - (record.start_time or 0) > TAGGED_WITHIN
        else:
            pid, _, started = process.partition(" ")
            dead = not is_alive(int(pid), started or None)
        if dead:
            home.report_run_failed(run, TOLD)
            ended.append(run.run_id)
    return ended
