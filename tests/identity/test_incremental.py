"""A night that links what is new against what is known: the same entities as when everything is linked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from duckdb import DuckDBPyConnection

from identity.judgements import decide
from identity.resolution import resolve
from tests.identity.lake_of_records import AS_OF, Row, lake_at, links, people, person, put


def partition(found: dict[str, str]) -> set[frozenset[str]]:
    entities = set(found.values())
    return {frozenset(key for key, entity in found.items() if entity == each) for each in entities}


def night(con: DuckDBPyConnection, records: Sequence[Row], day: int, folder: Path, *, full: bool = False) -> int:
    """Resolve; the number of person records that were looked at."""
    put(con, [], records)
    return resolve(con, AS_OF + timedelta(days=day), folder / "identity", full=full).linked["person"]


def test_arrivals_changes_and_departures(tmp_path: Path) -> None:
    first = people()
    joining = person("intercom:contacts:1", "Ada Abernathy", "ada@abernathy.example")
    stranger = person("intercom:contacts:2", "Zora Quisenberry", "zora@quisenberry.example")
    with lake_at(tmp_path) as con:
        assert night(con, first, 0, tmp_path) == len(first)
        known = links(con)
        assert night(con, [*first, joining, stranger], 1, tmp_path) < 10
        found = links(con)
        assert {key: found[key] for key in known} == known
        assert found["intercom:contacts:1"] == known["hubspot:contacts:adaabernathy"]
        assert found["intercom:contacts:2"] not in known.values()
        changed = [joining | {"full_name": "Bruno Dimitrov", "email": "bruno@dimitrov.example"}]
        night(con, [*first[2:], *changed], 2, tmp_path)
        by_parts = links(con)
        assert by_parts["intercom:contacts:1"] == by_parts["hubspot:contacts:brunodimitrov"]
        assert "intercom:contacts:2" not in by_parts
        retired = con.execute("select entity_id from lake.identity.ledger where event = 'retired'").fetchall()
        assert retired == [(found["intercom:contacts:2"],)]
        edges = con.execute("from lake.identity.edges order by all").fetchall()
        night(con, [*first[2:], *changed], 2, tmp_path, full=True)
        assert links(con) == by_parts
        again = con.execute("select left_key, right_key from lake.identity.edges order by all").fetchall()
        assert again == sorted((row[1], row[2]) for row in edges)


def test_a_value_that_becomes_generic_lets_go(tmp_path: Path) -> None:
    known = [
        *people(),
        person("crm:contacts:1", None, "desk@shared.example"),
        person("crm:contacts:2", "Ines Ziegler", "desk@shared.example"),
    ]
    callers = [
        person(f"mail:addresses:{n}", f"Caller {name}", "desk@shared.example")
        for n, name in enumerate(("Oakhurst", "Pemberton", "Quillfeather", "Rasmussen", "Szymanski", "Thackeray"))
    ]
    with lake_at(tmp_path) as con:
        night(con, known, 0, tmp_path)
        assert links(con)["crm:contacts:1"] == links(con)["crm:contacts:2"]
        looked_at = night(con, [*known, *callers], 1, tmp_path)
        assert looked_at < len(known)
        assert links(con)["crm:contacts:1"] != links(con)["crm:contacts:2"]
        marked = con.execute(
            "select distinct is_generic from lake.identity.record_identifiers where value like 'desk@%'"
        )
        assert marked.fetchall() == [(True,)]


def test_judgements_are_taken_over_without_new_records(tmp_path: Path) -> None:
    records = people()
    pair = ("hubspot:contacts:adaabernathy", "zendesk:contacts:adaabernathy")
    with lake_at(tmp_path) as con:
        night(con, records, 0, tmp_path)
        decide(con, "person", pair, "different", "ana", AS_OF)
        assert night(con, records, 1, tmp_path) == len(pair)
        assert links(con)[pair[0]] != links(con)[pair[1]]


def test_much_that_is_new_is_linked_in_full(tmp_path: Path) -> None:
    records = people()
    with lake_at(tmp_path) as con:
        night(con, records[:40], 0, tmp_path)
        assert night(con, records, 1, tmp_path) == len(records)
        in_parts = links(con)
    with lake_at(tmp_path / "at_once") as con:
        night(con, records, 1, tmp_path / "at_once")
        assert partition(links(con)) == partition(in_parts)
