"""Many ways to say a thing, and as many remarks that state nothing: how far the rules reach beyond their own examples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from memory.extraction.engine import Found

Read = Callable[..., list[Found]]
HERE = Path(__file__).parent
ENOUGH = 0.9  # of the wordings


def _lines(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _is_found(found: list[Found], wanted: str) -> bool:
    polarity = "negated" if wanted.startswith("-") else "affirmed"
    attribute, _, value = wanted.lstrip("-").partition("=")
    return any(
        one.rule.spec.attribute == attribute
        and one.polarity == polarity
        and (value in ("", "*") or one.value.lower() == value.lower())
        for one in found
    )


def test_most_wordings_are_read(read: Read) -> None:
    cases = [line.split("|", 2) for line in _lines("wordings.txt")]
    missed = [text for role, wanted, text in cases if not _is_found(read(text, role), wanted)]
    assert len(missed) <= (1 - ENOUGH) * len(cases), missed


def test_remarks_state_nothing(read: Read) -> None:
    found = {text: [(one.rule.spec.id, one.value) for one in read(text)] for text in _lines("remarks.txt")}
    assert {text: said for text, said in found.items() if said} == {}
