"""The unified model at scale: `python bench/model.py [--accounts N,…] [--from LAKE] [--json]`.

dbt's build of everything between landing and publishing, with its data tests, on lakes of several sizes: once in full,
once for a night that brings one row in a hundred. Beside it the same aggregates by hand, DuckDB over Parquet.
The lakes are copies of a finished demo lake of 60 accounts (bench/model_world.py says how). Prints figures, asserts nothing;
a run that fails prints a row with `failed`, the others go on, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bench.failures import told  # noqa: E402
from bench.model_build import Built, dbt_build, save, saved  # noqa: E402
from bench.model_floor import measure_floor  # noqa: E402
from bench.model_world import copy_extractions, keep_marked, land_history, land_night  # noqa: E402
from lake.connection import connect  # noqa: E402
from lake.settings import Settings, load_settings  # noqa: E402

FULL_BUILD = "full_build.json"
MEMORY = "source:memory+"  # what waits for the extractor
COUNTED = {
    "usage_events": "staging.stg_segment__events",
    "interactions": "marts.interactions",
    "accounts_found": "marts.accounts",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--accounts",
        dest="sizes",
        type=positive_numbers,
        default="60,600,6000",
        help="sizes, multiples of the demo lake's 60",
    )
    parser.add_argument(
        "--from", dest="source", type=Path, default=ROOT / "data" / "lake", help="a lake of `make demo`"
    )
    parser.add_argument(
        "--work", type=Path, help="where to build, and to keep what was built; default: a folder removed at the end"
    )
    parser.add_argument(
        "--runs", default=",".join(RUNS), help="of each size; with --work a later call may take up where one ended"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with each node's seconds")
    chosen = parser.parse_args()
    if not (chosen.source / "catalog.sqlite").exists():
        parser.exit(1, f"no lake at {chosen.source}: run `make demo` first, or give --from\n")
    asked = set(chosen.runs.split(","))
    if unknown := asked - set(RUNS):
        parser.error(f"no such run: {', '.join(sorted(unknown))}; there are {', '.join(RUNS)}")
    kept = [chosen.work and chosen.work / f"lake_{size}" / FULL_BUILD for size in chosen.sizes]
    if "full" not in asked and not all(file and file.exists() for file in kept):
        parser.error(
            "--runs: night and floor need a full build without a night: run it too, or say with --work where one is"
        )
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for row in measure(chosen.source, chosen.work, Path(scratch), chosen.sizes, [r for r in RUNS if r in asked]):
            print(json.dumps(row) if chosen.json else _line(row), flush=True)
            failed |= "failed" in row
    sys.exit(failed)


def positive_numbers(text: str) -> list[int]:
    numbers = [int(number) for number in text.split(",")]
    if min(numbers) < 1:
        raise ValueError
    return numbers


def measure(
    source: Path, kept: Path | None, scratch: Path, sizes: list[int], runs: list[str]
) -> Iterator[dict[str, Any]]:
    """The runs of each size, in lakes that are removed afterwards unless they are to be kept."""
    small, work = load_settings(lake=source), kept or scratch
    if "full" in runs or not (work / "marked").exists():
        keep_marked(small, work / "marked")
    for size in sizes:
        settings = load_settings(lake=work / f"lake_{size}")
        for run in runs:
            world = World(small, settings, work / "marked", size)
            yield from told({"accounts": size, "run": run}, lambda run=run, world=world: [RUNS[run](world)])
        if not kept:
            shutil.rmtree(settings.lake, ignore_errors=True)


@dataclass(frozen=True)
class World:
    """One size: the small lake, the lake to build, the marked tables, and the accounts wanted."""

    small: Settings
    settings: Settings
    marked: Path
    size: int

    @cached_property
    def last(self) -> date:
        """The day of the full build; the night is the next one."""
        day: date = self._asked("select max(_drop_date) from raw_segment.events")
        return day

    @cached_property
    def copies(self) -> int:
        """How often the small world is copied."""
        return max(1, round(self.size / int(self._asked("select count(*) from marts.accounts"))))

    @property
    def measured(self) -> Path:
        """Where the full build's figures are kept for the runs after it, until a night has added to the lake."""
        return self.settings.lake / FULL_BUILD

    def build(self, day: date) -> Built:
        """Everything between landing and publishing."""
        unified = dbt_build(self.settings, day, "--exclude", MEMORY)
        copy_extractions(self.settings, self.marked, self.copies)
        return unified + dbt_build(self.settings, day, "--select", MEMORY)

    def _asked(self, query: str) -> Any:
        with connect(self.small, read_only=True) as con:
            return con.execute(query).fetchall()[0][0]


def run_full(world: World) -> dict[str, Any]:
    """A new lake, built whole."""
    shutil.rmtree(world.settings.lake, ignore_errors=True)
    land_history(world.settings, world.marked, world.copies, world.last)
    built = world.build(world.last)
    save(built, world.measured)
    return _figures(world.settings, built)


def run_night(world: World) -> dict[str, Any]:
    """One new row in a hundred."""
    full, night = saved(world.measured), world.last + timedelta(days=1)
    world.measured.unlink()
    land_night(world.settings, world.marked, world.copies, night)
    built = world.build(night)
    return {"share_of_full": round(built.seconds / full.seconds, 3), **_figures(world.settings, built)}


def run_floor(world: World) -> dict[str, Any]:
    """The aggregates by hand."""
    return measure_floor(world.settings, saved(world.measured))


# In this order, so that the aggregates by hand read what the full build read.
RUNS: dict[str, Callable[[World], dict[str, Any]]] = {"full": run_full, "floor": run_floor, "night": run_night}


def _figures(settings: Settings, built: Built) -> dict[str, Any]:
    with connect(settings, read_only=True) as con:
        rows = {name: con.execute(f"select count(*) from {table}").fetchall()[0][0] for name, table in COUNTED.items()}
    return {
        "seconds": round(built.seconds, 1),
        "cpu_s": round(built.cpu_s, 1),
        "models_s": built.spent_on("model"),
        "tests_s": built.spent_on("test"),
        "peak_mb": built.peak_mb,
        **rows,
        "slowest": built.slowest(),
        "nodes": {node: round(seconds, 2) for node, seconds in built.nodes.most_common()},
    }


def _line(row: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value}" for name, value in row.items() if name != "nodes")


if __name__ == "__main__":
    main()
