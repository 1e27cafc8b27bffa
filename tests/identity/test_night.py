"""A night of identity in a real lake: ids, kinds, judgements, rebuild, explanations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

import identity
from identity.clustering import IDENTIFIERS
from identity.explanation import UnknownError, explain
from identity.gates import gate_metrics, jumps
from identity.judgement_files import export_judgements, import_judgements
from identity.judgements import JudgementError, decide, merge, split, withdraw
from identity.resolution import resolve
from identity.retraining import train
from identity.reviewing import review
from tests.identity.lake_of_records import AS_OF, account, lake_at, links, people, person, put

LATER = AS_OF + timedelta(days=1)
ACCOUNTS = [
    account("salesforce:accounts:1", "Kestrel Robotics, Inc.", "kestrel.example", external_ids=["app_workspace:ws_1"]),
    account("hubspot:companies:1", "Kestrel Robotics", "kestrel.example"),
    account("zendesk:organizations:1", "kestrel robotics", "kestrel.example", external_ids=["app_workspace:ws_1"]),
    account("salesforce:accounts:2", "Marigold Foods GmbH", "marigold.example"),
    account("hubspot:companies:2", "Marigold Foods", "marigold.example"),
    account("salesforce:accounts:3", "Kestrel Robotics Deutschland", None, parent_record_key="salesforce:accounts:1"),
]
PEOPLE = [
    person(
        "salesforce:contacts:1", "Jonathan Kowalczyk", "jk@kestrel.example", account_record_key="salesforce:accounts:1"
    ),
    person("zendesk:users:1", "Jon Kowalczyk", "jk@kestrel.example", account_record_key="zendesk:organizations:1"),
    person("mailbox:addresses:jk@kestrel.example", None, "jk@kestrel.example"),
    person(
        "salesforce:contacts:2",
        "Wilhelmina Ostrowski",
        "wo@marigold.example",
        account_record_key="salesforce:accounts:2",
    ),
    person(
        "hubspot:contacts:2", "Wilhelmina Ostrowski", "wo@marigold.example", account_record_key="hubspot:companies:2"
    ),
    person("salesforce:users:9", "Jonathan Kowalczyk", "jk@ours.example", kind="staff"),
    person("mailbox:addresses:info@kestrel.example", "Kestrel Info", "info@kestrel.example"),
    person("mailbox:addresses:noreply@tool.example", None, "noreply@tool.example"),
]


@pytest.fixture(scope="module")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a lake with one night, and of what it exported; no test changes it."""
    folder = tmp_path_factory.mktemp("one_night")
    with lake_at(folder) as con:
        put(con, ACCOUNTS, PEOPLE)
        resolve(con, AS_OF, folder / "identity")
    return folder


@contextmanager
def lake_after(night: Path, folder: Path) -> Iterator[DuckDBPyConnection]:
    """A copy of that lake in a folder of its own."""
    shutil.copytree(night, folder, dirs_exist_ok=True)
    with lake_at(folder) as con:
        yield con


def test_entities_kinds_and_outputs(tmp_path: Path) -> None:
    with lake_at(tmp_path) as con:
        put(con, ACCOUNTS, PEOPLE)
        report = resolve(con, AS_OF, tmp_path / "identity")
        people, accounts = links(con), links(con, "account")
        assert (
            people["salesforce:contacts:1"]
            == people["zendesk:users:1"]
            == people["mailbox:addresses:jk@kestrel.example"]
        )
        assert people["salesforce:contacts:2"] == people["hubspot:contacts:2"] != people["salesforce:contacts:1"]
        assert people["salesforce:users:9"] != people["salesforce:contacts:1"]
        assert (
            accounts["salesforce:accounts:1"] == accounts["hubspot:companies:1"] == accounts["zendesk:organizations:1"]
        )
        assert accounts["salesforce:accounts:3"] != accounts["salesforce:accounts:1"]
        kinds = dict(
            con.execute("select record_key, kind from lake.identity.links where entity_type = 'person'").fetchall()
        )
        assert kinds["salesforce:users:9"] == "staff"
        assert kinds["mailbox:addresses:info@kestrel.example"] == "shared"
        assert kinds["mailbox:addresses:noreply@tool.example"] == "bot"
        assert report.entities == {"account": 3, "person": 5}
        assert report.trained == ["account", "person"]
        generic = con.execute(
            "select value from lake.identity.record_identifiers where type = 'email' and is_generic order by value"
        ).fetchall()
        assert generic == [("info@kestrel.example",), ("noreply@tool.example",)]


def test_the_same_night_again_changes_nothing(tmp_path: Path, one_night: Path) -> None:
    tables = ("edges", "links", "ledger", "models", "record_identifiers", "review_queue")
    with lake_after(one_night, tmp_path) as con:
        first = [con.execute(f"from lake.identity.{table} order by all").fetchall() for table in tables]
        resolve(con, AS_OF, tmp_path / "identity")
        assert [con.execute(f"from lake.identity.{table} order by all").fetchall() for table in tables] == first


def test_records_that_arrive_rename_nobody(tmp_path: Path, one_night: Path) -> None:
    earlier = person("aaa:contacts:0", "Jonathan Kowalczyk", "jk@kestrel.example", first_drop_date=date(2025, 6, 17))
    with lake_after(one_night, tmp_path) as con:
        before = links(con)
        put(con, ACCOUNTS, [*PEOPLE, earlier])
        resolve(con, LATER, tmp_path / "identity")
        after = links(con)
        assert {key: after[key] for key in before} == before
        assert after["aaa:contacts:0"] == before["salesforce:contacts:1"]


def test_a_judgement_splits_survives_and_can_be_withdrawn(tmp_path: Path, one_night: Path) -> None:
    pair = ("salesforce:contacts:2", "hubspot:contacts:2")
    with lake_after(one_night, tmp_path) as con:
        before = links(con)
        decide(con, "person", pair, "different", "ana", AS_OF)
        for _ in range(2):
            resolve(con, LATER, tmp_path / "identity")
            assert links(con)[pair[0]] != links(con)[pair[1]]
        withdraw(con, "person", pair, LATER)
        resolve(con, LATER, tmp_path / "identity")
        assert links(con) == before
        old = con.execute("select entity_id from lake.identity.ledger where event = 'split_from'").fetchall()
        assert identity.current_id(con, old[0][0]) == before[pair[0]]


def test_merge_and_split_of_entities(tmp_path: Path, one_night: Path) -> None:
    with lake_after(one_night, tmp_path) as con:
        before = links(con)
        one, other = before["salesforce:contacts:1"], before["salesforce:contacts:2"]
        merge(con, "person", (one, other), "ana", AS_OF)
        resolve(con, LATER, tmp_path / "identity")
        assert links(con)["salesforce:contacts:1"] == links(con)["hubspot:contacts:2"]
        joined = links(con)["salesforce:contacts:1"]
        split(con, "person", joined, ["salesforce:contacts:2", "hubspot:contacts:2"], "ana", LATER)
        resolve(con, LATER + timedelta(days=1), tmp_path / "identity")
        assert links(con) == before
        told = con.execute("select distinct event, cause from lake.identity.ledger order by all").fetchall()
        assert told == [("merged_into", "judgement"), ("minted", "linkage"), ("split_from", "judgement")]


def test_judgements_travel_as_csv(tmp_path: Path, one_night: Path) -> None:
    with lake_after(one_night, tmp_path) as con:
        decide(con, "person", ("salesforce:contacts:2", "hubspot:contacts:2"), "different", "ana", AS_OF, "two cousins")
        assert export_judgements(con, tmp_path / "out.csv") == 1
        con.execute("delete from lake.identity.judgements")
        assert import_judgements(con, tmp_path / "out.csv", "ben", LATER) == 1
        row = con.execute("select decided_by, note, decided_at from lake.identity.judgements").fetchone()
        assert row == ("ana", "two cousins", AS_OF)
        (tmp_path / "bad.csv").write_text("entity_type,left_key,right_key,verdict\nperson,a,b,maybe\n")
        with pytest.raises(JudgementError, match="line 2, column verdict: 'maybe'"):
            import_judgements(con, tmp_path / "bad.csv", "ben", LATER)
        (tmp_path / "bad.csv").write_text("entity_type,left_key,right_key,verdict\ncustomer,a,b,same\n")
        with pytest.raises(JudgementError, match="line 2, column entity_type: 'customer'; give account or person"):
            import_judgements(con, tmp_path / "bad.csv", "ben", LATER)
        for rows, problem in {
            'person,salesforce:contacts:2,"hubspot:contacts:2,same\n': "line 2: no CSV",
            "person,salesforce:contacts:2\n": "line 2: fewer cells",
            "person,salesforce:contacts:2,hubspot:contacts:2,same,extra\n": "line 2: more cells",
            "person,salesforce:contacts:1,hubspot:contacts:2,same\nperson,hubspot:contacts:2,salesforce:contacts:1,different\n": "line 3: the pair of line 2",
        }.items():
            (tmp_path / "bad.csv").write_text(f"entity_type,left_key,right_key,verdict\n{rows}")
            with pytest.raises(JudgementError, match=problem):
                import_judgements(con, tmp_path / "bad.csv", "ben", LATER)
        with pytest.raises(JudgementError, match="no person record nobody"):
            decide(con, "person", ("nobody", "salesforce:contacts:2"), "same", "ana", AS_OF)


def test_the_newest_decision_stands_whatever_order_files_come_in(tmp_path: Path, one_night: Path) -> None:
    header, pair = (
        "entity_type,left_key,right_key,verdict,decided_at",
        "person,hubspot:contacts:2,salesforce:contacts:2",
    )
    with lake_after(one_night, tmp_path) as con:
        (tmp_path / "newer.csv").write_text(f"{header}\n{pair},different,2025-02-01\n")
        (tmp_path / "older.csv").write_text(f"{header}\n{pair},same,2024-01-01\n")
        (tmp_path / "again.csv").write_text(f"{header}\n{pair},different,\n")
        assert [
            import_judgements(con, tmp_path / f"{name}.csv", "ben", LATER) for name in ("newer", "older", "again")
        ] == [1, 0, 0]
        assert con.execute("select verdict, withdrawn_at from lake.identity.judgements").fetchall() == [
            ("different", None)
        ]
        (tmp_path / "late.csv").write_text(f"{header}\n{pair},same,2031-01-01\n")
        with pytest.raises(JudgementError, match="line 2: decided_at, then withdrawn_at, then now"):
            import_judgements(con, tmp_path / "late.csv", "ben", LATER)


def test_what_contradicts_standing_judgements_is_refused(tmp_path: Path, one_night: Path) -> None:
    a, b, c = "hubspot:contacts:2", "salesforce:contacts:1", "salesforce:contacts:2"
    with lake_after(one_night, tmp_path) as con:
        decide(con, "person", (a, b), "same", "ana", AS_OF)
        decide(con, "person", (b, c), "same", "ana", AS_OF)
        with pytest.raises(JudgementError, match=f"{a} and {c} would be judged different, and one by way of {b}"):
            decide(con, "person", (a, c), "different", "ana", LATER)
        assert con.execute("select count(*) from lake.identity.judgements").fetchall() == [(2,)]


def test_a_person_who_changes_jobs_stays_one(tmp_path: Path) -> None:
    moved = person(
        "hubspot:contacts:7", "Jonathan Kowalczyk", "j.kowalczyk@marigold.example", phone="+14155550142",
        account_record_key="hubspot:companies:2", external_ids=["app_user:usr_7"],
    )  # fmt: skip
    known = PEOPLE[0] | {"phone": "(415) 555-0142", "external_ids": ["app_user:usr_7"]}
    with lake_at(tmp_path) as con:
        put(con, ACCOUNTS, [known, *PEOPLE[1:], moved])
        resolve(con, AS_OF, tmp_path / "identity")
        assert links(con)["hubspot:contacts:7"] == links(con)["salesforce:contacts:1"]


def test_explanations_reviews_and_gates(tmp_path: Path, one_night: Path) -> None:
    with lake_after(one_night, tmp_path) as con:
        chart = tmp_path / "why.html"
        pair = explain(con, "salesforce:contacts:1", "zendesk:users:1", chart)
        assert pair.verdict.startswith("one entity")
        assert {"comparison": "email", "says": "same e-mail address"}.items() <= pair.pairs[0]["evidence"][0].items()
        assert "<html" in chart.read_text().lower()
        assert "<li>salesforce:contacts:1 and zendesk:users:1</li>" in chart.read_text()
        apart = explain(con, "salesforce:contacts:1", "salesforce:contacts:2")
        assert apart.verdict.startswith("two entities")
        entity = explain(con, links(con)["salesforce:contacts:1"])
        assert len(next(iter(entity.subjects.values()))) == 3
        assert entity.history[0]["event"] == "minted"
        with pytest.raises(UnknownError, match="neither a record key nor an entity id"):
            explain(con, "nobody")
        assert all(pair.question for pair in review(con))
        metrics = gate_metrics(con, "person")
        assert (metrics.records, metrics.entities, metrics.conflicting) == (5, 2, [])
        assert jumps(metrics, metrics) == []
        assert [jump.metric for jump in jumps(metrics, gate_metrics(con, "account"))] == []


def test_what_is_kept_apart_waits_for_a_decision_with_its_reason(tmp_path: Path) -> None:
    namesakes = [
        person("app:users:1", "Zora Quillfeather", "zora@eriksson.example", external_ids=["app_user:1"]),
        person("crm:contacts:1", "Zora Quillfeather", "zora@eriksson.example"),
        person("app:users:2", "Zora Quillfeather", "ze@two.example", external_ids=["app_user:2"]),
        person("crm:contacts:2", "Zora Quillfeather", "ze@two.example"),
    ]
    pair = ("crm:contacts:1", "crm:contacts:2")
    with lake_at(tmp_path) as con:
        put(con, [], [*people(), *namesakes])
        resolve(con, AS_OF, tmp_path / "identity")
        assert links(con)[pair[0]] != links(con)[pair[1]]
        asked = [each.question for each in review(con) if "Zora" in str(each.fields)]
        assert asked == [f"apart ({IDENTIFIERS}): should they be one?"], "one question for two customers"
        decide(con, "person", pair, "different", "ana", AS_OF)
        resolve(con, LATER, tmp_path / "identity")
        assert not [each for each in review(con) if "Zora" in str(each.fields)]
        decide(con, "person", pair, "same", "ben", LATER)
        resolve(con, LATER, tmp_path / "identity")
        assert links(con)[pair[0]] == links(con)[pair[1]]
        noted = con.execute("select count(*) from lake.identity.edges where kept_apart is not null").fetchone()
        assert noted == (0,)


def test_training_shows_before_it_changes(tmp_path: Path, one_night: Path) -> None:
    with lake_after(one_night, tmp_path) as con:
        shown = train(con, LATER, tmp_path / "identity")
        assert [report.applied for report in shown] == [False, False]
        models = con.execute("select count(*) from lake.identity.models").fetchone()
        assert models == (2,)
        train(con, LATER, tmp_path / "identity", apply=True)
        models = con.execute("select count(*) from lake.identity.models").fetchone()
        assert models == (4,)


def test_no_records_at_all(tmp_path: Path) -> None:
    with lake_at(tmp_path) as con:
        put(con)
        report = resolve(con, datetime(2025, 6, 1, tzinfo=UTC), tmp_path / "identity")
        assert report.records == {"account": 0, "person": 0}
        assert gate_metrics(con, "person").entities == 0
