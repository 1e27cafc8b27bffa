"""Signals, stories and patterns against a planted truth: `python bench/signals.py [--exports DIR --truth DIR] [--json]`.

Worlds of invented companies are generated, and of each a lake is built up to its signals by the real code (see
`bench.signals_lake`): nothing is told who is who or what was said. Three figures:

- stories: of the planted stories, the share of which every step is a signal in the right account, near its time, and
  every step is joined to the next by a link;
- patterns: of the portfolio's patterns with a corrected p-value below 0.01, the share that no story plants;
- noise: worlds of other seeds without any story, but with the same accidents: in how many no pattern gets below 0.01.

With --visit N the product is used in visits of N events on average, as real products are, instead of single ones: what is
told of usage should be the same. With --exports and --truth only the first two, of that world. Prints figures and asserts
nothing; a world that fails is told with the reason, the others go on, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # this file is called like others of its folder

from bench.failures import failure  # noqa: E402
from bench.signals_lake import build, parsed_project  # noqa: E402
from bench.signals_score import Found, Lake, Pattern, Truth, patterns, stories  # noqa: E402
from bench.signals_visits import widen  # noqa: E402
from data.demo import generate  # noqa: E402
from ingestion import newest_drop  # noqa: E402
from lake.connection import connect  # noqa: E402

DEMO_SEED = 7
NOISE_SEEDS = range(101, 121)
USAGE_KINDS = ("usage_drop", "usage_surge", "feature_abandoned")
Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """What to generate."""

    seed: int
    accounts: int
    stories: bool
    visit: int = 1


@dataclass(frozen=True)
class Measured:
    """What was found in one world."""

    world: World | None
    stories: list[Found]
    patterns: list[Pattern]
    signals: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class Failed:
    """A world that could not be measured, and why."""

    world: World | None
    failed: str


def measure(exports: Path, truth: Path, lake: Path, world: World | None = None) -> Measured:
    """Build the lake of one world and hold it against its truth."""
    start, told = perf_counter(), Truth(truth)
    settings = build(exports, lake)
    with connect(settings, read_only=True) as con:
        found = Lake(con)
    signals: Counter[str] = Counter()
    for (_, kind), each in found.signals.items():
        signals[kind] += len(each)
    return Measured(world, stories(found, told), patterns(found, told), dict(signals), round(perf_counter() - start, 1))


def invent(world: World, keep: Path | None = None) -> Measured:
    """Generate a world in a folder that is thrown away afterwards, unless it is to be kept, and measure it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep / f"{'stories' if world.stories else 'noise'}-{world.seed}" if keep else Path(scratch)
        made = generate(folder, accounts=world.accounts, seed=world.seed, days=1, stories=world.stories)
        if world.visit > 1:
            widen(made.exports, world.visit, world.seed)
        return measure(made.exports, made.truth, folder / "lake", world)


def tried(world: World | None, attempt: Callable[[], Measured]) -> Measured | Failed:
    """What was measured in a world, or why nothing could be."""
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001 (whatever it is, the other worlds are wanted)
        return Failed(world, failure(error))


def invented(world: World, keep: Path | None) -> Measured | Failed:
    """One of several worlds."""
    return tried(world, partial(invent, world, keep))


def worlds(wanted: list[World], jobs: int, keep: Path | None) -> Iterator[Measured | Failed]:
    """Measure each world in a process of its own, some at a time, in their order."""
    parsed_project()
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(partial(invented, keep=keep), wanted, chunksize=1)


def summary(told: list[Measured], silent: list[Measured]) -> Row:
    """The three figures, and how much was told of usage."""
    found = [story for measured in told for story in measured.stories]
    reported = [pattern for measured in told for pattern in measured.patterns]
    return {
        "stories": len(found),
        "stories_found": _share(sum(story.linked for story in found), len(found)),
        "patterns": len(reported),
        "patterns_not_planted": _share(sum(not pattern.planted for pattern in reported), len(reported)),
        **{kind: sum(measured.signals.get(kind, 0) for measured in (*told, *silent)) for kind in USAGE_KINDS},
        "noise_worlds": len(silent),
        "noise_worlds_without_pattern": sum(not measured.patterns for measured in silent),
    }


def by_kind(told: list[Measured]) -> list[Row]:
    """Stories by their kind, and the steps that were missed."""
    found = [story for measured in told for story in measured.stories]
    rows = []
    for kind in sorted({story.kind for story in found}):
        of_kind = [story for story in found if story.kind == kind]
        missed = Counter(step for story in of_kind for step, is_there in story.steps if not is_there)
        linked = sum(story.linked for story in of_kind)
        rows.append(
            {"kind": kind, "stories": len(of_kind), "found": linked, "missed_steps": dict(sorted(missed.items()))}
        )
    return rows


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exports", type=Path, help="a generated world's exports; with --truth")
    parser.add_argument("--truth", type=Path, help="its truth")
    parser.add_argument("--accounts", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="*", default=[DEMO_SEED], help="worlds with stories")
    parser.add_argument("--noise-seeds", type=int, nargs="*", default=list(NOISE_SEEDS), help="worlds without")
    parser.add_argument("--visit", type=int, default=1, help="product events of a visit, on average")
    parser.add_argument("--jobs", type=int, default=2, help="worlds at a time")
    parser.add_argument("--keep", type=Path, help="keep worlds and lakes in this folder")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if (chosen.exports is None) != (chosen.truth is None):
        parser.error("--exports and --truth go together")
    for folder in filter(None, (chosen.exports, chosen.truth)):
        if not folder.is_dir():
            parser.error(f"{folder} is no folder: `memhouse demo` writes exports and, beside them, truth")
    if chosen.exports and newest_drop(chosen.exports) is None:
        parser.error(f"no drops in {chosen.exports}: they lie under <source>/<YYYY-MM-DD>/")
    logging.disable(logging.WARNING)
    done: list[Measured | Failed] = []
    if chosen.exports:
        with tempfile.TemporaryDirectory() as scratch:
            done = [tried(None, partial(measure, chosen.exports, chosen.truth, Path(scratch) / "lake"))]
    else:
        wanted = [World(seed, chosen.accounts, True, chosen.visit) for seed in chosen.seeds]
        wanted += [World(seed, chosen.accounts, False, chosen.visit) for seed in chosen.noise_seeds]
        for each in worlds(wanted, chosen.jobs, chosen.keep):
            done.append(each)
            print(_line(each), file=sys.stderr, flush=True)
    measured = [each for each in done if isinstance(each, Measured)]
    failed = [each for each in done if isinstance(each, Failed)]
    told = [each for each in measured if not each.world or each.world.stories]
    silent = [each for each in measured if each.world and not each.world.stories]
    show(told, silent, failed, chosen.json)
    sys.exit(bool(failed))


def show(told: list[Measured], silent: list[Measured], failed: list[Failed], as_json: bool) -> None:
    """Print the figures, and what they are made of."""
    if as_json:
        print(
            json.dumps(
                {
                    **summary(told, silent),
                    "kinds": by_kind(told),
                    "worlds": [asdict(m) for m in (*told, *silent, *failed)],
                }
            )
        )
        return
    for row in by_kind(told):
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    for measured in (*told, *silent):
        for pattern in measured.patterns:
            place = f"seed {measured.world.seed}  " if measured.world else ""
            mark = "planted" if pattern.planted else "NOT PLANTED"
            print(
                f"{place}{mark}  {pattern.pattern}  within {pattern.window_days} days  accounts {pattern.accounts}  p {pattern.adjusted_p_value:.2g}"
            )
    for each in failed:
        print(_line(each))
    for name, value in summary(told, silent).items():
        print(f"{name} {value}")


def _line(measured: Measured | Failed) -> str:
    if isinstance(measured, Failed):
        return f"{measured.world or 'the world'}: failed {measured.failed}"
    linked = sum(story.linked for story in measured.stories)
    return f"{measured.world}: {linked} of {len(measured.stories)} stories, {len(measured.patterns)} patterns, {sum(measured.signals.values())} signals, {measured.seconds} s"


if __name__ == "__main__":
    main()
