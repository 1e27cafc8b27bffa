"""Identity against public data, with plain Splink and the ten-line rules beside it in the same process.

python bench/identity.py [--data DIR] [--sets A,B] [--json]

DIR is laid out as `../shared/data`. No label is used for training; every set goes through one engine with one setting.
Sets: the public ones, senzing_truthset (its wrong cases are listed), contacts_100k and contacts_1m (synthetic; these
also as a night in which one record in a hundred is new: seconds `of` a full link's, and its agreement with one).
`told_…`: the same over the records whose entity a mailmap tells. The others' truth is the same address or full name.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import sys
from collections.abc import Hashable
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

from bench.identity_contacts import contacts  # noqa: E402
from bench.identity_night import night  # noqa: E402
from bench.identity_plain import THRESHOLDS, plain_splink  # noqa: E402
from bench.identity_senzing import senzing_cases  # noqa: E402
from bench.identity_sets import SETS, Benchmark  # noqa: E402
from identity.engine import Linked, link  # noqa: E402
from identity.evaluation import compare  # noqa: E402
from identity.ledger import Book, assign  # noqa: E402
from identity.specification import Meaning, column  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
LARGE = {"contacts_100k": 100_000, "contacts_1m": 1_000_000}
Row = dict[str, object]


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


def _peak_gb() -> float:
    """Peak memory of the process so far, which only grows: ours is measured before the references."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576, 2)


def _row(name: str, way: str, found: dict[str, Hashable], truth: Truth, seconds: float, **rest: object) -> Row:
    result = compare(found, truth.counted)
    row = {
        "set": name, "way": way, "precision": result.precision, "recall": result.recall, "f1": result.f1,
        "bcubed_f1": result.bcubed_f1,
    }  # fmt: skip
    if truth.told:
        told = compare(found, truth.told)
        row |= {"told_precision": told.precision, "told_recall": told.recall, "told_f1": told.f1}
    return row | {"seconds": round(seconds, 2), "peak_gb": _peak_gb(), **rest}


def measure(benchmark: Benchmark, records: pa.Table, name: str) -> list[Row]:
    """Ours, plain Splink at its best threshold, and the rule where there is one."""
    truth = Truth.of(records)
    con = duckdb.connect()
    linked = link(con, records, benchmark.specification)
    start = perf_counter()
    found = _named(linked)
    seconds = linked.seconds | {"ledger": perf_counter() - start}
    timed = sum(value for step, value in seconds.items() if step != "standardise")
    steps = {step: round(value, 2) for step, value in seconds.items()}
    rows = [_row(name, "memhouse", found, truth, timed, steps=steps, target=benchmark.target)]
    con.close()
    large = name in LARGE
    if large:
        found_again = night(benchmark, records, found)
        rows.append({"set": name, "way": "memhouse, a night with 1 % new", **found_again, "of": round(timed, 2)})
    rows.append(_plain(benchmark, records, name, truth))
    if benchmark.rule:
        start = perf_counter()
        groups = benchmark.rule(records)
        by_key: dict[str, Hashable] = dict(zip(records["key"].to_pylist(), groups, strict=True))
        rows.append(_row(name, "rule", by_key, truth, perf_counter() - start))
    return rows


def _plain(benchmark: Benchmark, records: pa.Table, name: str, truth: Truth) -> Row:
    """Plain Splink at its best threshold; where it ends with an error, that: it has no answer to every set."""
    thresholds, pairs = ((0.9,), 5e6) if name in LARGE else (THRESHOLDS, 1e6)
    try:
        clusters, seconds = plain_splink(records, benchmark.plain(), pairs, thresholds)
    except Exception as error:  # noqa: BLE001 (whatever it is, ours is measured already)
        return {"set": name, "way": "plain Splink", "failed": f"{type(error).__name__}: {str(error).splitlines()[0]}"}
    scored = [(_row(name, f"plain Splink @{at}", each, truth, seconds), at) for at, each in clusters.items()]
    return max(scored, key=lambda pair: (float(str(pair[0]["f1"])), pair[1]))[0]


def _named(linked: Linked) -> dict[str, Hashable]:
    """Ids by key, through the ledger as in a first night."""
    foundings = [[("2025-01-01", key) for key in keys] for keys in linked.clusters()]
    return dict(assign("person", foundings, {}, Book()).ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", default="")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    names = [benchmark.name for benchmark in SETS] + ["senzing_truthset", *LARGE]
    wanted = [name for name in arguments.sets.split(",") if name] or names
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        parser.error(f"no set {', '.join(unknown)}; there are {', '.join(names)}")
    if not arguments.data.exists() and set(wanted) - set(LARGE):
        print(f"{arguments.data} is not there: public sets are skipped; give --data", file=sys.stderr)
        wanted = [name for name in wanted if name in LARGE]
    rows: list[Row] = []
    for name in wanted:
        found = _measure_named(name, arguments.data)
        rows += found
        for row in found if not arguments.json else ():
            print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if arguments.json:
        print(json.dumps(rows, indent=2))


def _measure_named(name: str, data: Path) -> list[Row]:
    if name in LARGE:
        return measure(CONTACTS, contacts(LARGE[name]), name)
    if name == "senzing_truthset":
        return senzing_cases(data)
    benchmark = next(each for each in SETS if each.name == name)
    return measure(benchmark, benchmark.records(data), name)


if __name__ == "__main__":
    main()
