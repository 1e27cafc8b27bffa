"""Pairwise and B-cubed measures against hand-counted cases."""

from __future__ import annotations

import pytest

from identity.evaluation import TruthError, compare


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
