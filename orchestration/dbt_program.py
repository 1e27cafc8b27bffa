"""dbt as a library: one command in this process, on the project as it was parsed once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lake.dbt import PROJECT_DIR, dbt_environment
from lake.settings import Settings
from orchestration.dbt_manifest import PARSED, load_manifest, manifest_dir
from orchestration.interrupts import as_keyboard_interrupt

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

# To dbt.log in the lake folder only; what ran is in the lake's log (`ops`), the manifest where it was parsed.
LOGGING = ("--log-level", "none", "--log-level-file", "info", "--no-print", "--no-write-json")
HEARD = frozenset({"LogSeedResult", "LogModelResult", "LogTestResult"})  # of the thousands of events; and errors


def invoke(
    settings: Settings, stage: str, variables: str, args: list[str], hear: Callable[[dict[str, Any]], None]
) -> dbtRunnerResult:
    """Run one dbt command on the lake; `hear` is given its results and errors as dbt's JSON log would have them.

    `variables` are the night's, as JSON; `stage` names the part of the project that the command builds.
    """
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventMsg
    from dbt_common.events.functions import msg_to_dict

    def listen(message: EventMsg) -> None:
        if message.info.name in HEARD or message.info.level == "error":
            hear(msg_to_dict(message))

    runner = dbtRunner(manifest=_parsed(stage, variables), callbacks=[listen])
    with _environment(dbt_environment(settings)), as_keyboard_interrupt():
        return runner.invoke([*LOGGING, *args, "--vars", variables, "--project-dir", str(PROJECT_DIR)])


def _parsed(stage: str, variables: str) -> Manifest:
    """A copy of the parsed project.

    dbt compiles its nodes in place, and each node once only: the stages of a night, which have none in common, share a
    copy; a stage that runs again has another.
    """
    load_manifest()
    path = manifest_dir() / PARSED
    key = (path, path.stat().st_mtime_ns, variables)
    if stage in _copy(*key).built:
        _copy.cache_clear()
    copy = _copy(*key)
    copy.built.add(stage)
    return copy.manifest


@dataclass
class Copy:
    """A parsed project, and the stages that were compiled in it."""

    manifest: Manifest
    built: set[str] = field(default_factory=set)


@lru_cache(maxsize=1)
def _copy(path: Path, changed: int, _variables: str) -> Copy:
    return Copy(_read(path, changed).deepcopy())  # type: ignore[no-untyped-call]


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> Manifest:
    from dbt.contracts.graph.manifest import Manifest

    manifest: Manifest = Manifest.from_msgpack(path.read_bytes())
    return manifest


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """The variables that dbt reads its profile from, while it runs."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
