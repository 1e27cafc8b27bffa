"""Judgements out to a file, edited there, and in again; judgements of records that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from identity.judgement_files import export_judgements, import_judgements
from identity.judgements import decide, judgements
from identity.lookup import UnknownError
from identity.resolution import resolve
from identity.withdrawal import judged_pair, withdraw_subjects
from tests.identity.lake_of_records import AS_OF, lake_at, person, put

LATER = AS_OF + timedelta(days=1)
PAIR = ("hubspot:contacts:2", "salesforce:contacts:2")
PEOPLE = [person(key, "Wilhelmina Ostrowski", "wo@marigold.example") for key in PAIR]


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    """A lake of one person, of whom ana has decided that she is two."""
    with lake_at(tmp_path) as con:
        put(con, [], PEOPLE)
        resolve(con, AS_OF, tmp_path / "identity")
        decide(con, "person", PAIR, "different", "ana", AS_OF, "two cousins")
        yield con


@pytest.fixture
def gone(judged: DuckDBPyConnection, tmp_path: Path) -> DuckDBPyConnection:
    """That lake after one of the two records is gone from its tool."""
    put(judged, [], PEOPLE[:1])
    resolve(judged, LATER, tmp_path / "identity")
    return judged


def edited(con: DuckDBPyConnection, path: Path, old: str, new: str) -> Path:
    """The exported file with one text in place of another."""
    export_judgements(con, path)
    path.write_text(path.read_text().replace(old, new))
    return path


def test_a_verdict_changed_in_the_file_is_of_who_imports_it(judged: DuckDBPyConnection, tmp_path: Path) -> None:
    file = edited(judged, tmp_path / "out.csv", ",different,", ",same,")
    assert [import_judgements(judged, file, "ben", LATER) for _ in range(2)] == [1, 0]
    told = [(j.verdict, j.decided_by, j.decided_at, j.withdrawn_by) for j in judgements(judged, withdrawn=True)]
    assert told == [("different", "ana", AS_OF, "ben"), ("same", "ben", LATER, None)]


def test_what_the_file_says_is_withdrawn_is_withdrawn(judged: DuckDBPyConnection, tmp_path: Path) -> None:
    file = edited(judged, tmp_path / "out.csv", f"{AS_OF.isoformat()},,", f"{AS_OF.isoformat()},{LATER.isoformat()},")
    assert [import_judgements(judged, file, "ben", LATER) for _ in range(2)] == [1, 0]
    (row,) = judgements(judged, withdrawn=True)
    assert (row.verdict, row.decided_by, row.withdrawn_at, row.withdrawn_by) == ("different", "ana", LATER, "ben")


def test_a_file_that_a_spreadsheet_wrote_with_semicolons_is_taken(judged: DuckDBPyConnection, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text(f"entity_type;left_key;right_key;verdict;note\r\nperson;{PAIR[0]};{PAIR[1]};same;one, she says\r\n")
    assert import_judgements(judged, file, "ben", LATER) == 1
    assert [(j.verdict, j.note) for j in judgements(judged)] == [("same", "one, she says")]


def test_an_exported_file_is_taken_when_a_record_is_gone(gone: DuckDBPyConnection, tmp_path: Path) -> None:
    assert export_judgements(gone, tmp_path / "out.csv") == 1
    assert import_judgements(gone, tmp_path / "out.csv", "ben", LATER) == 0


def test_what_was_decided_of_a_record_that_is_gone_can_be_withdrawn(gone: DuckDBPyConnection) -> None:
    subjects = judged_pair(gone, PAIR[1], PAIR[0], None)
    assert [j.withdrawn_by for j in withdraw_subjects(gone, *subjects, LATER, "ben", "she left")] == ["ben"]
    assert judgements(gone) == []
    with pytest.raises(UnknownError, match=f"'{PAIR[1]}' is neither a record key"):
        judged_pair(gone, PAIR[1], PAIR[0], None)
