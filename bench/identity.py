"""Identity against public data, with plain Splink and the ten-line rules beside it in one run.

python bench/identity.py [--data DIR] [--sets A,B] [--json]

DIR is laid out as `../shared/data`. No label is used for training; every set goes through one engine with one setting.
Sets: the public ones, senzing_truthset (its wrong cases are listed), contacts_100k and contacts_1m (synthetic; these
also as a night in which one record in a hundred is new: seconds `of` a full link's, and its agreement with one).
`seconds`: training, linking, clustering and ledger; ours are without standardisation, which `steps` times apart.
`peak_gb`: of this way on this set. `elsewhere`: plain Splink's F1 by other hands, where it is known.
`told_…`: the same over the records whose entity a mailmap tells. The others' truth is the same address or full name.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import resource
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import splink.comparison_library as cl
from splink import block_on

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # this file is called like the package that it measures

from bench.failures import failure  # noqa: E402
from bench.identity_contacts import contacts  # noqa: E402
from bench.identity_night import night  # noqa: E402
from bench.identity_plain import THRESHOLDS, plain_splink  # noqa: E402
from bench.identity_senzing import FILES as SENZING_FILES  # noqa: E402
from bench.identity_senzing import senzing_cases  # noqa: E402
from bench.identity_sets import SETS, Benchmark  # noqa: E402
from identity.engine import Linked, link  # noqa: E402
from identity.evaluation import compare  # noqa: E402
from identity.ledger import Book, assign  # noqa: E402
from identity.specification import Meaning, column  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
LARGE = {"contacts_100k": 100_000, "contacts_1m": 1_000_000}
Row = dict[str, object]
PUBLIC = {benchmark.name: benchmark for benchmark in SETS}
SENZING = "senzing_truthset"


@dataclass(frozen=True)
class Given:
    """A set by name, and the folder of the public ones."""

    name: str
    data: Path

    def read(self) -> tuple[Benchmark, pa.Table, str]:
        """What the engine is told of it, its records, its name."""
        if self.name in LARGE:
            return CONTACTS, contacts(LARGE[self.name]), self.name
        return PUBLIC[self.name], PUBLIC[self.name].records(self.data), self.name

    def missing(self) -> Path | None:
        """The first file that should be there and is not."""
        folder = self.data / "identity"
        files = () if self.name in LARGE else SENZING_FILES if self.name == SENZING else PUBLIC[self.name].files
        return next((folder / file for file in files if not (folder / file).exists()), None)


Way = Callable[[Given], list[Row]]


@dataclass(frozen=True)
class Truth:
    """Entities by key: of the records that count, and of those among them whose entity somebody wrote down."""

    counted: dict[str, str]
    told: dict[str, str]

    @classmethod
    def of(cls, records: pa.Table) -> Truth:
        """A set's truth; without a column `told` nothing is known of the second."""
        counted = records.filter(pc.field("counted"))
        told = counted.filter(pc.field("told")) if "told" in records.column_names else counted.slice(0, 0)
        return cls(*(dict(zip(of["key"].to_pylist(), of["truth"].to_pylist(), strict=True)) for of in (counted, told)))


def _contacts_plain() -> dict[str, list[object]]:
    return {
        "comparisons": [
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        "blocking": [
            block_on("first_name", "surname"),
            block_on("email"),
            block_on("phone"),
            block_on("surname", "city"),
        ],
        "training": [block_on("first_name", "surname"), block_on("email")],
        "deterministic": [block_on("email"), block_on("phone")],
    }


CONTACTS = Benchmark(
    "contacts",
    "",
    (
        column(Meaning.GIVEN_NAME, "first_name"),
        column(Meaning.FAMILY_NAME, "surname"),
        column(Meaning.EMAIL, "email"),
        column(Meaning.PHONE, "phone"),
        column(Meaning.PLACE, "city", name="city"),
    ),
    _contacts_plain,
)


def _row(name: str, way: str, found: Mapping[str, Hashable], truth: Truth, seconds: float, **rest: object) -> Row:
    result = compare(found, truth.counted)
    row = {
        "set": name, "way": way, "precision": result.precision, "recall": result.recall, "f1": result.f1,
        "bcubed_f1": result.bcubed_f1,
    }  # fmt: skip
    if truth.told:
        told = compare(found, truth.told)
        row |= {"told_precision": told.precision, "told_recall": told.recall, "told_f1": told.f1}
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576
    return row | {"seconds": round(seconds, 2), "peak_gb": round(peak_gb, 2), **rest}


def ours(given: Given) -> list[Row]:
    """The engine; of the large sets also a night."""
    benchmark, records, name = given.read()
    con = duckdb.connect()
    linked = link(con, records, benchmark.specification)
    start = perf_counter()
    found = _named(linked)
    seconds = linked.seconds | {"ledger": perf_counter() - start}
    con.close()
    timed = sum(value for step, value in seconds.items() if step != "standardise")
    steps = {step: round(value, 2) for step, value in seconds.items()}
    rows = [_row(name, "memhouse", found, Truth.of(records), timed, steps=steps, target=benchmark.target)]
    if name in LARGE:
        again = night(benchmark, records, found)
        rows.append({"set": name, "way": "memhouse, a night with 1 % new", **again, "of": round(timed, 2)})
    return rows


def plain(given: Given) -> list[Row]:
    """Splink by hand, at the best of many thresholds."""
    benchmark, records, name = given.read()
    truth, pairs = Truth.of(records), 5e6 if name in LARGE else 1e6
    clusters, seconds = plain_splink(records, benchmark.plain(), pairs, THRESHOLDS)
    best = max(clusters, key=lambda threshold: (compare(clusters[threshold], truth.counted).f1, threshold))
    return [_row(name, f"plain Splink @{best}", clusters[best], truth, seconds, elsewhere=benchmark.elsewhere)]


def rule(given: Given) -> list[Row]:
    """Ten lines of deterministic keys."""
    benchmark, records, name = given.read()
    if not benchmark.rule:
        return []
    start = perf_counter()
    groups = benchmark.rule(records)
    seconds = perf_counter() - start
    found: dict[str, Hashable] = dict(zip(records["key"].to_pylist(), groups, strict=True))
    return [_row(name, "rule", found, Truth.of(records), seconds)]


def senzing(given: Given) -> list[Row]:
    """The suite of hard cases."""
    return senzing_cases(given.data)


def measured(way: Way, given: Given) -> list[Row]:
    """One way on one set, in a process of its own, so that its memory is its own; an error is a row, and ends no other."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        try:
            return pool.apply(way, (given,))
        except Exception as error:  # noqa: BLE001 (a reference has no answer to every set; the others' figures stay)
            return [{"set": given.name, "way": way.__name__, "failed": failure(error)}]


def _named(linked: Linked) -> dict[str, Hashable]:
    """Ids by key, through the ledger as in a first night."""
    foundings = [[("2025-01-01", key) for key in keys] for keys in linked.clusters()]
    return dict(assign("person", foundings, {}, Book()).ids)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", default="")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    names = [*PUBLIC, SENZING, *LARGE]
    wanted = [name for name in arguments.sets.split(",") if name] or names
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        parser.error(f"no set {', '.join(unknown)}; there are {', '.join(names)}")
    rows: list[Row] = []
    try:
        for name in wanted:
            for row in _measure_named(Given(name, arguments.data)):
                rows.append(row)
                if not arguments.json:
                    print("  ".join(f"{key} {value}" for key, value in row.items() if value != ""), flush=True)
    finally:
        if arguments.json:
            print(json.dumps(rows, indent=2))
    return int(any("failed" in row and row["way"] != plain.__name__ for row in rows))


def _measure_named(given: Given) -> Iterator[Row]:
    missing = given.missing()
    if missing:
        yield {"set": given.name, "skipped": f"{missing} is not there; --data names the folder that holds identity/"}
        return
    for way in (senzing,) if given.name == SENZING else (ours, plain, rule):
        yield from measured(way, given)


if __name__ == "__main__":
    sys.exit(main())
