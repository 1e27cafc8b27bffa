"""What the customer records' comparisons take for evidence, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from identity.resolution import resolve
from tests.identity.lake_of_records import AS_OF, Row, lake_at, links, people, person, put

Evidence = dict[tuple[str, str], str]
OLD = "zora.quisenberry@old.example"


def linked(folder: Path, accounts: Sequence[Row] = (), people: Sequence[Row] = ()) -> tuple[dict[str, str], Evidence]:
    """Record key → entity id, and what the kept pairs have for evidence, after a first night with these records."""
    with lake_at(folder) as con:
        put(con, accounts, people)
        resolve(con, AS_OF, folder / "identity")
        found = con.execute("select left_key, right_key, evidence from lake.identity.edges").fetchall()
        return links(con, "person" if people else "account"), {(a, b): evidence for a, b, evidence in found}


def test_an_earlier_address_in_common_says_more_than_the_login_that_both_are_made_of(tmp_path: Path) -> None:
    moved = person("crm:contacts:1", "Zora Quisenberry", "zora.quisenberry@new.example", other_emails=[OLD])
    filed = [moved, person("desk:users:1", "Zora Quisenberry", OLD)]
    found, evidence = linked(tmp_path, people=[*people(), *filed])
    assert found["crm:contacts:1"] == found["desk:users:1"]
    assert "one e-mail address in common" in evidence["crm:contacts:1", "desk:users:1"]
