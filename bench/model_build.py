"""One `dbt build` measured: wall time, peak memory, and where the time went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

from lake.dbt import PROJECT_DIR, dbt_environment, dbt_vars
from lake.settings import Settings

DBT = [sys.executable, "-c", "from dbt.cli.main import cli; cli()"]


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
    """Build a selection as a night does. Raises RuntimeError with dbt's output when anything fails."""
    arguments = ["build", "--exclude-resource-type", "unit_test", "--vars", dbt_vars(settings, day), *selection]
    log = settings.lake / "dbt.out"
    start = perf_counter()
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 (our own interpreter)
            [*DBT, *arguments], cwd=PROJECT_DIR, env=os.environ | dbt_environment(settings), stdout=out, stderr=out
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"dbt failed:\n{log.read_text()[-6000:]}")
    cpu_s = usage.ru_utime + usage.ru_stime
    return Built(seconds, cpu_s, usage.ru_maxrss // 1024, _node_seconds(settings.dbt_target_dir / "run_results.json"))


def _node_seconds(path: Path) -> Counter[str]:
    results = json.loads(path.read_text())["results"]
    return Counter({result["unique_id"]: result["execution_time"] for result in results})
