"""One `dbt build` measured: wall time, processor time, peak memory, and where the time went."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_dict

from bench.signals_lake import parsed_project
from lake.dbt import PROJECT_DIR, dbt_environment, dbt_vars
from lake.settings import Settings

QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-print")
BUILD = ("build", "--exclude-resource-type", "unit_test")


@dataclass
class Built:
    """Seconds of the whole command, by the clock and of processor time, of each node, and the peak memory in MB."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: int = 0
    nodes: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Built) -> Built:
        return Built(
            self.seconds + other.seconds,
            self.cpu_s + other.cpu_s,
            max(self.peak_mb, other.peak_mb),
            self.nodes + other.nodes,
        )

    def spent_on(self, kind: str) -> float:
        """Seconds of all `model`s or `test`s."""
        return round(sum(seconds for node, seconds in self.nodes.items() if node.startswith(f"{kind}.")), 1)

    def seconds_of(self, models: tuple[str, ...]) -> float:
        """Seconds of the models whose names begin like one of these."""
        return sum(
            s for node, s in self.nodes.items() if node.startswith("model.") and node.split(".")[2].startswith(models)
        )

    def slowest(self, count: int = 6) -> dict[str, float]:
        return {node.split(".")[2]: round(seconds, 1) for node, seconds in self.nodes.most_common(count)}


def dbt_build(settings: Settings, day: date, *selection: str) -> Built:
    """Build a selection as a night does: in a process that has dbt loaded and the project parsed.

    The process is forked, so that memory is that of this build and dbt compiles a project of its own. Raises
    RuntimeError with dbt's messages when anything fails.
    """
    parsed_project()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(_measured, (settings, day, selection))


def _measured(settings: Settings, day: date, selection: tuple[str, ...]) -> Built:
    failures: list[str] = []
    manifest = parsed_project()
    os.environ.update(dbt_environment(settings))

    def listen(event: EventMsg) -> None:
        if event.info.level == "error":
            failures.append(str(msg_to_dict(event)["info"]["msg"]))

    runner = dbtRunner(manifest=manifest, callbacks=[listen])
    options = ["--vars", dbt_vars(settings, day), "--project-dir", str(PROJECT_DIR)]
    start = perf_counter()
    done = runner.invoke([*QUIET, *BUILD, *selection, *options])
    seconds = perf_counter() - start
    if not done.success:
        raise RuntimeError("dbt failed:\n" + ("\n".join(failures) or str(done.exception)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    results = json.loads((settings.dbt_target_dir / "run_results.json").read_text())["results"]
    nodes = Counter({result["unique_id"]: float(result["execution_time"]) for result in results})
    return Built(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, nodes)


def save(built: Built, path: Path) -> None:
    """Keep what was measured, for a later call."""
    path.write_text(json.dumps(vars(built)))


def saved(path: Path) -> Built:
    """What an earlier call measured."""
    kept = json.loads(path.read_text())
    return Built(**{**kept, "nodes": Counter(kept["nodes"])})
