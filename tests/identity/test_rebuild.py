"""What is exported beside the lake gives a lake back what it lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from identity.judgements import decide, judgements, withdraw
from identity.resolution import resolve
from identity.store import export
from tests.identity.lake_of_records import AS_OF, lake_at, links, put
from tests.identity.test_night import ACCOUNTS, LATER, PEOPLE


def test_an_empty_lake_is_rebuilt_with_the_same_ids(tmp_path: Path) -> None:
    with lake_at(tmp_path / "old") as con:
        put(con, ACCOUNTS, PEOPLE)
        resolve(con, AS_OF, tmp_path / "identity")
        before = links(con)
    with lake_at(tmp_path / "new") as con:
        put(con, ACCOUNTS, PEOPLE)
        report = resolve(con, LATER, tmp_path / "identity")
        assert report.restored
        assert report.trained == []
        assert links(con) == before


def test_judgements_outlive_an_older_catalog(tmp_path: Path) -> None:
    pair, withdrawn = ("hubspot:contacts:2", "salesforce:contacts:2"), ("salesforce:contacts:1", "zendesk:users:1")
    with lake_at(tmp_path) as con:
        put(con, ACCOUNTS, PEOPLE)
        resolve(con, AS_OF, tmp_path / "identity")
        for judged in (pair, withdrawn):
            decide(con, "person", judged, "different", "ana", AS_OF)
    shutil.copytree(tmp_path / "lake", tmp_path / "backup")
    with lake_at(tmp_path) as con:
        decide(con, "person", withdrawn, "same", "ben", LATER)
        withdraw(con, "person", withdrawn, LATER)
        resolve(con, LATER, tmp_path / "identity")
        decided = judgements(con, withdrawn=True)
    shutil.rmtree(tmp_path / "lake")
    shutil.move(tmp_path / "backup", tmp_path / "lake")
    with lake_at(tmp_path) as con:
        export(con, tmp_path / "identity")  # as a command does before any night
        resolve(con, LATER, tmp_path / "identity")
        assert judgements(con, withdrawn=True) == decided
        assert links(con)[pair[0]] != links(con)[pair[1]]
