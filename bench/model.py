"""The unified model at scale: `python bench/model.py [--accounts N,…] [--from LAKE] [--json]`.

dbt's build of everything between landing and publishing, with its data tests, on lakes of several sizes: once in full,
once for a night that brings one row in a hundred. Beside it the same aggregates by hand, DuckDB over Parquet.
The lakes are copies of a finished demo lake of 60 accounts (bench/model_world.py says how). Prints figures, asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bench.model_build import Built, dbt_build  # noqa: E402
from bench.model_floor import measure_floor  # noqa: E402
from bench.model_world import copy_extractions, keep_marked, land_history, land_night  # noqa: E402
from lake.connection import connect  # noqa: E402
from lake.settings import Settings, load_settings  # noqa: E402

MEMORY = "source:memory+"  # what waits for the extractor
COUNTED = {
    "usage_events": "staging.stg_segment__events",
    "interactions": "marts.interactions",
    "accounts": "marts.accounts",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", default="60,600,6000", help="sizes, multiples of the demo lake's 60")
    parser.add_argument(
        "--from", dest="source", type=Path, default=ROOT / "data" / "lake", help="a lake of `make demo`"
    )
    parser.add_argument(
        "--work", type=Path, help="where to build, and to keep what was built; default: a folder removed at the end"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    if not (chosen.source / "catalog.sqlite").exists():
        parser.exit(message=f"no lake at {chosen.source}: run `make demo` first, or give --from\n")
    with tempfile.TemporaryDirectory() as scratch:
        work = chosen.work or Path(scratch)
        for row in measure(chosen.source, work, [int(size) for size in chosen.accounts.split(",")]):
            print(json.dumps(row) if chosen.json else _line(row), flush=True)


def measure(source: Path, work: Path, sizes: list[int]) -> Iterator[dict[str, Any]]:
    """A full build, a night and the floor for each size."""
    small = load_settings(lake=source)
    keep_marked(small, work / "marked")
    for size in sizes:
        settings = load_settings(lake=work / f"lake_{size}")
        shutil.rmtree(settings.lake, ignore_errors=True)
        yield from measure_size(small, settings, work / "marked", size)
        if work.name.startswith("tmp"):
            shutil.rmtree(settings.lake)


def measure_size(small: Settings, settings: Settings, marked: Path, size: int) -> Iterator[dict[str, Any]]:
    with connect(small, read_only=True) as con:
        last = con.execute("select max(_drop_date) from raw_segment.events").fetchall()[0][0]
        copies = max(1, round(size / con.execute("select count(*) from marts.accounts").fetchall()[0][0]))
    night = last + timedelta(days=1)
    land_history(settings, marked, copies, last)
    full = _build(settings, marked, copies, last)
    yield {"accounts": size, "run": "full", **_figures(settings, full)}
    land_night(settings, marked, copies, night)
    increment = _build(settings, marked, copies, night)
    yield {
        "accounts": size,
        "run": "night",
        "share_of_full": round(increment.seconds / full.seconds, 3),
        **_figures(settings, increment),
    }
    yield {"accounts": size, "run": "floor", **measure_floor(settings, full)}


def _build(settings: Settings, marked: Path, copies: int, day: Any) -> Built:
    unified = dbt_build(settings, day, "--exclude", MEMORY)
    copy_extractions(settings, marked, copies)
    return unified + dbt_build(settings, day, "--select", MEMORY)


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
    }


def _line(row: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value}" for name, value in row.items())


if __name__ == "__main__":
    main()
