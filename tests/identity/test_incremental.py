"""A night that links what is new against what is known: the same entities as when everything is linked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from bench.identity_contacts import contacts
from identity import rules
from identity.evaluation import compare
from identity.judgements import decide
from identity.resolution import resolve
from tests.identity.lake_of_records import AS_OF, FAMILY, Row, account, lake_at, links, people, person, put


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


def test_a_further_number_that_becomes_generic_lets_go(tmp_path: Path) -> None:
    """Whoever named it beside another number keeps the other."""
    desk, own = "+1 702 919 1300", "+1 415 555 0133"
    ines = person("crm:contacts:1", "Ines Ziegler", phone=desk, other_phones=[own])
    known = [*people(), ines, person("sms:numbers:1", phone=desk), person("sms:numbers:2", phone=own)]
    names = ("Oakhurst", "Pemberton", "Quillfeather", "Rasmussen", "Szymanski", "Thackeray")
    callers = [person(f"mail:addresses:{n}", f"Caller {name}", phone=desk) for n, name in enumerate(names)]
    with lake_at(tmp_path) as con:
        night(con, known, 0, tmp_path)
        assert len({links(con)[key] for key in ("crm:contacts:1", "sms:numbers:1", "sms:numbers:2")}) == 1
        assert night(con, [*known, *callers], 1, tmp_path) < len(known)
        assert links(con)["crm:contacts:1"] == links(con)["sms:numbers:2"] != links(con)["sms:numbers:1"]


def test_judgements_are_taken_over_without_new_records(tmp_path: Path) -> None:
    records = people()
    pair = ("hubspot:contacts:adaabernathy", "zendesk:contacts:adaabernathy")
    with lake_at(tmp_path) as con:
        night(con, records, 0, tmp_path)
        decide(con, "person", pair, "different", "ana", AS_OF)
        assert night(con, records, 1, tmp_path) == len(pair)
        assert links(con)[pair[0]] != links(con)[pair[1]]


def test_other_rules_link_everything_anew_and_rename_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = people()
    with lake_at(tmp_path) as con:
        assert night(con, records, 0, tmp_path) == len(records)
        known, models = links(con), con.execute("from lake.identity.models order by all").fetchall()
        assert night(con, records, 1, tmp_path) == 0
        monkeypatch.setattr(rules, "code_version", lambda: "other code")
        assert night(con, records, 2, tmp_path) == len(records)
        assert night(con, records, 3, tmp_path) == 0
        report = resolve(con, AS_OF + timedelta(days=4), tmp_path / "identity", region="GB")
        assert report.linked["person"] == len(records)
        assert links(con) == known
        assert con.execute("from lake.identity.models order by all").fetchall() == models


def test_the_code_version_follows_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "CODE", tmp_path)
    versions = []
    for text in ("a = 1", "a = 2", "a = 1"):
        (tmp_path / "names.py").write_text(text)
        versions.append(rules.code_version.__wrapped__())
    assert versions[0] == versions[2] != versions[1]


def test_much_that_is_new_is_linked_in_full(tmp_path: Path) -> None:
    records = people()
    with lake_at(tmp_path) as con:
        night(con, records[:40], 0, tmp_path)
        assert night(con, records, 1, tmp_path) == len(records)
        in_parts = links(con)
    with lake_at(tmp_path / "at_once") as con:
        night(con, records, 1, tmp_path / "at_once")
        assert partition(links(con)) == partition(in_parts)


def test_a_chain_of_nights_comes_close_to_one_full_link(tmp_path: Path) -> None:
    rows = contacts(1000).to_pylist()
    keys = ("email", "phone")
    records = [
        person(
            f"tool:contacts:{row['key']}", f"{row['first_name']} {row['surname']}", **{key: row[key] for key in keys}
        )
        for row in rows
    ]
    nights = [records[: 880 + 40 * day] for day in range(4)]
    # One night's records change their address, the next night they are as before; some leave for good.
    nights[1] = [row | {"email": f"{n}@moved.example"} if n < 10 else row for n, row in enumerate(nights[1])]
    nights[3] = nights[3][10:]
    with lake_at(tmp_path) as con:
        looked_at = [night(con, rows, day, tmp_path) for day, rows in enumerate(nights)]
        assert max(looked_at[1:]) < 0.2 * len(records)
        in_parts = links(con)
        features = con.execute("select count(*), count(distinct unique_id) from lake.identity.person_features")
        assert features.fetchall() == [(len(nights[3]), len(nights[3]))]
        night(con, nights[3], 4, tmp_path, full=True)
        at_once = links(con)
    result = compare(in_parts, at_once)
    assert result.f1 >= 0.98, result
    unlike = partition(in_parts) ^ partition(at_once)
    assert len({key for members in unlike for key in members}) <= 0.02 * len(records)


def test_a_person_who_changes_companies_keeps_the_id(tmp_path: Path) -> None:
    before = person(
        "crm:contacts:1",
        "Zora Quisenberry",
        "zora@old.example",
        phone="+1 415 555 2671",
        account_record_key="crm:accounts:1",
    )
    after = person(
        "desk:users:1", "Zora Quisenberry", "zora.quisenberry@new.example", phone="+1 415 555 2671",
        account_record_key="crm:accounts:2",
    )  # fmt: skip
    with lake_at(tmp_path) as con:
        night(con, [*people(), before], 0, tmp_path)
        known = links(con)["crm:contacts:1"]
        night(con, [*people(), before, after], 1, tmp_path)
        found = links(con)
        assert found["crm:contacts:1"] == found["desk:users:1"] == known


def test_features_of_accounts_and_people_are_kept_apart(tmp_path: Path) -> None:
    firms = [account(f"crm:accounts:{n}", f"{name} Works", f"{name.lower()}.example") for n, name in enumerate(FAMILY)]
    with lake_at(tmp_path) as con:
        for day, (some, records) in enumerate([(firms[:5], people()[:90]), (firms, people()), (firms, people())]):
            put(con, some, records)
            report = resolve(con, AS_OF + timedelta(days=day), tmp_path / "identity")
            for kind, known in (("account", some), ("person", records)):
                found = con.execute(f"select record_key from lake.identity.{kind}_features order by record_key")
                assert [key for (key,) in found.fetchall()] == sorted(row["record_key"] for row in known)
        assert report.arrived == {"account": 0, "person": 0}
