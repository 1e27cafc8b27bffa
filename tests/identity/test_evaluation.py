"""Pairwise and B-cubed measures against hand-counted cases."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from identity.evaluation import TruthError, compare, evaluate


def test_measures() -> None:
    found = {"a": 1, "b": 1, "c": 1, "d": 2}
    truth = {"a": "x", "b": "x", "c": "y", "d": "y"}
    result = compare(found, truth)
    assert (result.precision, result.recall) == (0.3333, 0.5)
    assert result.f1 == 0.4
    assert (result.bcubed_precision, result.bcubed_recall) == (0.6667, 0.75)
    assert [(error.kind, error.wrong_pairs, error.parts) for error in result.worst] == [
        ("joined", 2, [2, 1]),
        ("apart", 1, [1, 1]),
    ]


def test_a_perfect_and_an_empty_truth() -> None:
    assert compare({"a": 1, "b": 2}, {"a": 7, "b": 8}).f1 == 1.0
    with pytest.raises(TruthError, match="no record in common"):
        compare({"a": 1}, {"b": 1})


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("pairs.csv", "left_key,right_key,verdict\na,b,\n", "no pair has a verdict yet"),
        ("pairs.csv", "left_key,right_key,verdict\na,b,perhaps\n", "line 2: verdict 'perhaps'"),
        ("pairs.csv", 'left_key,right_key,verdict\na,"b,same\n', "cannot be read"),
        ("pairs.csv", "left,right\na,b\n", "give the columns"),
        ("pairs.csv", "left_key,right_key,verdict\na,a,same\n", "line 2: a is paired with itself"),
        (
            "pairs.csv",
            "left_key,right_key,verdict\na,b,same\nb,a,different\n",
            "line 3: a b has another verdict in line 2",
        ),
        ("pairs.csv", "record_key,entity_id\na,1\na,2\n", "line 3: a has another entity_id in line 2"),
        ("people.ndjson", "{broken\n", "people.ndjson line 1: give an object"),
        ("people.ndjson", '{"person_id": "P1"}\n', "people.ndjson line 1: give an object"),
    ],
)
def test_a_truth_that_cannot_be_used_says_where_and_why(tmp_path: Path, name: str, text: str, problem: str):
    (tmp_path / name).write_text(text)
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as lake; create schema lake.identity")
        con.execute(
            "create table lake.identity.links as select 'person' as entity_type, 'a' as record_key, 'A' as entity_id"
        )
        with pytest.raises(TruthError, match=problem):
            evaluate(con, "person", tmp_path / name if name.endswith(".csv") else tmp_path)
