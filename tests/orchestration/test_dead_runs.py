from __future__ import annotations

import os
import subprocess
import sys

import pytest
from dagster import DagsterInstance, DagsterRunStatus, job

from lake.lock import process_started
from orchestration.dead_runs import PROCESS_TAG, end_dead_runs, note_process


@job
def night() -> None:
    """Nothing to do."""


@pytest.fixture
def home() -> DagsterInstance:
    return DagsterInstance.ephemeral()


def run_of(home: DagsterInstance, status: DagsterRunStatus, process: str | None = None) -> str:
    tags = {PROCESS_TAG: process} if process else {}
    return home.create_run_for_job(night, status=status, tags=tags).run_id


def test_only_runs_whose_process_is_gone_are_ended(home: DagsterInstance) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    dead = run_of(home, DagsterRunStatus.STARTED, f"{gone.pid} 1")
    another_process_of_that_id = run_of(home, DagsterRunStatus.STARTED, f"{os.getpid()} 1")
    untold = run_of(home, DagsterRunStatus.STARTED)
    alive = run_of(home, DagsterRunStatus.STARTED, f"{os.getpid()} {process_started(os.getpid())}")
    about_to_start = run_of(home, DagsterRunStatus.STARTING)
    waiting = run_of(home, DagsterRunStatus.NOT_STARTED)
    assert set(end_dead_runs(home)) == {dead, another_process_of_that_id, untold}
    assert end_dead_runs(home) == []
    statuses = {run.run_id: run.status for run in home.get_runs()}
    assert statuses[dead] == DagsterRunStatus.FAILURE
    assert statuses[alive] == DagsterRunStatus.STARTED
    assert end_dead_runs(home, starting=True) == [about_to_start]
    assert home.get_run_by_id(waiting).status == DagsterRunStatus.NOT_STARTED  # type: ignore[union-attr]


def test_a_run_notes_its_process(home: DagsterInstance) -> None:
    mine = run_of(home, DagsterRunStatus.STARTED)
    note_process(home, mine)
    assert end_dead_runs(home, starting=True) == []
