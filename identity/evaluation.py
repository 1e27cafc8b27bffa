"""How good the entities are against a truth: pairs, B-cubed, and the clusters that are most wrong."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from identity.store import SCHEMA

WORST_SHOWN = 20
TRUTH_FILES = {"account": ("accounts.ndjson", "account_id"), "person": ("people.ndjson", "person_id")}


class TruthError(ValueError):
    """The truth cannot be read or has nothing in common with the lake."""


class NothingInCommonError(TruthError):
    """The truth names no record of the lake."""


@dataclass(frozen=True)
class ClusterError:
    """One wrong cluster: `wrong_pairs` joined (kind 'joined') or missed ('apart'), and the sizes of its parts.

    `records`: those of the smallest parts, the odd ones, first.
    """

    kind: str
    name: str
    wrong_pairs: int
    parts: list[int]
    records: list[str]


@dataclass(frozen=True)
class Evaluation:
    """Shares between 0 and 1; counts of records, entities found and true; the worst clusters first.

    Labelled pairs tell nothing of whole clusters: then there is no B-cubed, and `true_entities` counts true pairs.
    """

    precision: float
    recall: float
    f1: float
    bcubed_precision: float | None
    bcubed_recall: float | None
    bcubed_f1: float | None
    records: int
    entities: int
    true_entities: int
    worst: list[ClusterError]


def compare(found: Mapping[str, Hashable], truth: Mapping[str, Hashable]) -> Evaluation:
    """Compare entities by record key, over the records that both name."""
    keys = sorted(set(found) & set(truth))
    if not keys:
        raise NothingInCommonError("the truth and the entities have no record in common")
    ours, theirs = [found[key] for key in keys], [truth[key] for key in keys]
    both, left, right = Counter(zip(ours, theirs, strict=True)), Counter(ours), Counter(theirs)
    hits, joined, true = (sum(size * (size - 1) // 2 for size in counts.values()) for counts in (both, left, right))
    precision, recall = hits / joined if joined else 1.0, hits / true if true else 1.0
    b_precision = sum(size * size / left[our] for (our, _), size in both.items()) / len(keys)
    b_recall = sum(size * size / right[their] for (_, their), size in both.items()) / len(keys)
    worst = _worst("joined", keys, ours, theirs) + _worst("apart", keys, theirs, ours)
    return Evaluation(
        round(precision, 4), round(recall, 4), round(_f1(precision, recall), 4),
        round(b_precision, 4), round(b_recall, 4), round(_f1(b_precision, b_recall), 4),
        len(keys), len(left), len(right),
        sorted(worst, key=lambda error: (-error.wrong_pairs, error.kind, error.name))[:WORST_SHOWN],
    )  # fmt: skip


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _worst(kind: str, keys: list[str], groups: list[Hashable], parts: list[Hashable]) -> list[ClusterError]:
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    errors = []
    for group, indexes in members.items():
        count = Counter(parts[index] for index in indexes)
        sizes = sorted(count.values(), reverse=True)
        wrong = (len(indexes) ** 2 - sum(size * size for size in sizes)) // 2
        if wrong:
            odd_first = sorted((count[parts[index]], str(parts[index]), keys[index]) for index in indexes)
            errors.append(ClusterError(kind, str(group), wrong, sizes, [key for *_, key in odd_first]))
    return errors


def evaluate(con: DuckDBPyConnection, entity_type: str, truth: Path) -> Evaluation:
    """Evaluate the lake's entities: `truth` is the demo's truth folder, or a CSV of labelled pairs or of clusters.

    Labelled pairs: left_key, right_key, verdict (same or different); judged are these pairs only.
    Clusters: record_key, entity_id.
    """
    rows = con.execute(
        f"select record_key, entity_id from {SCHEMA}.links where entity_type = ?", [entity_type]
    ).fetchall()
    found: dict[str, str] = dict(rows)
    if truth.is_dir():
        return compare(found, _demo_truth(truth, entity_type))
    columns, labelled = _rows(truth)
    if {"record_key", "entity_id"} <= columns:
        return compare(found, {key: row["entity_id"] for key, row in _once(truth, labelled, "record_key", "entity_id")})
    if {"left_key", "right_key", "verdict"} <= columns:
        for row in labelled:
            row["pair"] = " ".join(sorted((row["left_key"], row["right_key"])))
            if row["left_key"] == row["right_key"]:
                raise TruthError(f"{truth} line {row['line']}: {row['left_key']} is paired with itself")
        return _compare_pairs(found, [row for _, row in _once(truth, labelled, "pair", "verdict")])
    raise TruthError(f"{truth}: give the columns record_key, entity_id or left_key, right_key, verdict")


def _once(path: Path, rows: list[dict[str, str]], key: str, told: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row by its key, once.

    Raises TruthError where another row says otherwise.
    """
    known: dict[str, dict[str, str]] = {}
    for row in rows:
        before = known.setdefault(row[key], row)
        if before[told] != row[told]:
            raise TruthError(f"{path} line {row['line']}: {row[key]} has another {told} in line {before['line']}")
    yield from known.items()


def _rows(path: Path) -> tuple[set[str], list[dict[str, str]]]:
    """Header and rows of a CSV; rows whose verdict is still open are left out."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="", strict=True)
            columns = set(reader.fieldnames or ())
            rows = []
            for row in reader:
                verdict = row.get("verdict", "same").strip().lower()
                if verdict not in {"same", "different", ""}:
                    raise TruthError(f"{path} line {reader.line_num}: verdict {verdict!r}; give same or different")
                if verdict:
                    rows.append(
                        {name: (row[name] or "").strip() for name in columns}
                        | {"verdict": verdict, "line": str(reader.line_num)}
                    )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TruthError(f"{path} cannot be read ({error}); give a CSV file in UTF-8") from error
    return columns, rows


def _demo_truth(folder: Path, entity_type: str) -> dict[str, str]:
    name, key = TRUTH_FILES[entity_type]
    path = folder / name
    if not path.exists():
        raise TruthError(f"{path} is not there; give the demo's truth folder or a CSV")
    truth: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line:
            continue
        try:
            entity = json.loads(line)
            truth |= dict.fromkeys(entity["records"], entity[key])
        except (ValueError, KeyError, TypeError) as error:
            raise TruthError(f"{path} line {number}: give an object with {key} and a list `records`") from error
    return truth


def _compare_pairs(found: Mapping[str, str], labelled: list[dict[str, str]]) -> Evaluation:
    """Precision and recall over labelled pairs alone."""
    if not labelled:
        raise NothingInCommonError("no pair has a verdict yet; give same or different")
    known = [row for row in labelled if row["left_key"] in found and row["right_key"] in found]
    if not known:
        raise NothingInCommonError("no labelled pair has both its records in the lake")
    outcomes = Counter((found[row["left_key"]] == found[row["right_key"]], row["verdict"] == "same") for row in known)
    hits, joined = outcomes[True, True], outcomes[True, True] + outcomes[True, False]
    true = outcomes[True, True] + outcomes[False, True]
    precision, recall = hits / joined if joined else 1.0, hits / true if true else 1.0
    wrong = [row for row in known if (found[row["left_key"]] == found[row["right_key"]]) != (row["verdict"] == "same")]
    worst = [
        ClusterError(
            "apart" if row["verdict"] == "same" else "joined",
            f"{row['left_key']} {row['right_key']}", 1, [1, 1], [row["left_key"], row["right_key"]],
        )
        for row in wrong[:WORST_SHOWN]
    ]  # fmt: skip
    f1 = round(_f1(precision, recall), 4)
    records = {key for row in known for key in (row["left_key"], row["right_key"])}
    entities = len({found[key] for key in records})
    scores = round(precision, 4), round(recall, 4), f1
    return Evaluation(*scores, None, None, None, len(records), entities, true, worst)
