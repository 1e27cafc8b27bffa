"""Dagster's home in the lake folder: run history, schedules and logs; telemetry off, one run at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from dagster import DagsterInstance
from filelock import FileLock
from pydantic import SecretStr

from lake.settings import ENV_PREFIX, Settings

INSTANCE_FILE = "dagster.yaml"
INSTANCE = """\
# Written by memhouse when it is missing; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false             # no invitation to newsletters
concurrency:
  runs:
    max_concurrent_runs: 1   # nights queue up instead of being refused
event_log_storage:           # SQLite as Dagster's own, with fewer waits for the disk
  module: orchestration.event_log
  class: NightEventLog
"""


def prepare_home(settings: Settings) -> None:
    """Create the folder and its configuration where they are missing."""
    settings.dagster_dir.mkdir(parents=True, exist_ok=True)
    path = settings.dagster_dir / INSTANCE_FILE
    if not path.exists():
        path.write_text(INSTANCE)


def environment(settings: Settings) -> dict[str, str]:
    """Variables under which Dagster's processes have the same settings, whatever folder they work in; secrets too."""
    given = {
        name: getattr(settings, name).get_secret_value() if isinstance(getattr(settings, name), SecretStr) else value
        for name, value in settings.model_dump(mode="json", include=settings.model_fields_set).items()
    }
    places = {"lake": str(settings.lake), "exports": str(settings.exports)}
    variables = {ENV_PREFIX + name.upper(): _text(value) for name, value in {**given, **places}.items()}
    return {"DAGSTER_HOME": str(settings.dagster_dir), **variables}


def _text(value: object) -> str:
    """A setting as an environment variable holds it."""
    return value if isinstance(value, str) else json.dumps(value)


@contextmanager
def instance(settings: Settings) -> Iterator[DagsterInstance]:
    """Dagster's instance of this lake, with this process's environment set to it."""
    prepare_home(settings)
    os.environ.update(environment(settings))
    with FileLock(settings.dagster_dir / "setup.lock"):  # two that come first must not both create the tables
        home = DagsterInstance.get()
        home.get_runs_count()
    with home as opened:
        yield opened
