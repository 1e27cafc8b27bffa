"""Publishing: layout, ids, reuse, and what a kill leaves."""

import json
from datetime import UTC, date, datetime

import duckdb
import lancedb
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

from identity.ledger import Book, Event
from lake import ops
from lake.settings import Settings
from memory.embedding.embed import embed
from memory.reader import Snapshot
from memory.snapshot import publish as publish_module
from memory.snapshot.layout import BUILDING, latest_id, snapshot_ids
from memory.snapshot.manifest import Manifest
from memory.snapshot.publish import GateFailedError, OlderDayError, publish_snapshot
from memory.snapshot.tables import SnapshotInputError
from memory.snapshot.verify import verify

FILES = {
    "accounts.parquet", "people.parquet", "identifiers.parquet", "facts.parquet", "fact_history.parquet",
    "timeline.parquet",
    "signals.parquet", "signal_links.parquet", "signal_patterns.parquet", "cards.parquet", "changes.parquet",
    "memories.lance", "manifest.json", "card.schema.json",
}  # fmt: skip
DAY = date(2025, 6, 29)
NEXT_DAY = date(2025, 6, 30)


def test_layout_and_manifest(publish, settings: Settings):
    done = publish(checks=[{"name": "gate", "passed": True}])
    assert {path.name for path in done.path.iterdir()} == FILES
    assert latest_id(settings.snapshots_dir) == done.snapshot_id
    assert done.snapshot_id.startswith("2025-06-29-")
    manifest = Manifest.read(done.path)
    assert manifest.row_counts["memories"] == 5
    assert manifest.row_counts["accounts"] == pq.read_metadata(done.path / "accounts.parquet").num_rows == 2
    assert manifest.embedding_model["weights_sha256"].startswith("53aa5117")
    assert manifest.checks == [{"name": "gate", "passed": True}]
    assert manifest.as_of == "2025-06-29T23:59:59.999999+00:00"
    indexed = {index.columns[0] for index in lancedb.connect(done.path).open_table("memories").list_indices()}
    assert indexed == {"owner", "occurred_at", "memory_id", "channel", "kind", "text"}


def test_floats_are_rounded_as_declared(publish):
    accounts = pq.read_table(publish().path / "accounts.parquet").to_pylist()
    assert accounts[0]["health"] == 0.123457


def test_same_content_same_id(publish, con: duckdb.DuckDBPyConnection):
    first = publish()
    con.execute("update marts.accounts set recorded_at = recorded_at + interval 1 day")  # learned later, says the same
    again = publish()
    assert again.snapshot_id == first.snapshot_id
    assert again.reused
    assert again.lake_version == first.lake_version


def test_other_content_other_id_and_changes(publish, con: duckdb.DuckDBPyConnection, add):
    first = publish()
    con.execute("update marts.accounts set plan = 'scale' where name = 'Acme Corp'")
    add("mem_9", "Acme wants more seats.")
    second = publish(NEXT_DAY)
    assert (second.previous, second.reused) == (first.snapshot_id, False)
    rows = pq.read_table(second.path / "changes.parquet").to_pylist()
    changed = {(row["table_name"], row["change"], row["key"]) for row in rows}
    assert ("accounts", "changed", '{"account_id":"acc_acme"}') in changed
    assert ("memories", "added", '{"memory_id":"mem_9"}') in changed
    assert not any(name == "timeline" for name, _, _ in changed)
    assert pq.read_table(first.path / "changes.parquet").num_rows == 0


def test_a_failed_gate_publishes_nothing(publish, settings: Settings):
    with pytest.raises(GateFailedError, match="no_orphans"):
        publish(checks=[{"name": "no_orphans", "passed": False}])
    assert snapshot_ids(settings.snapshots_dir) == []
    publish(checks=[{"name": "only_told", "passed": False, "severity": "warn"}])


def test_an_older_day_is_refused(publish):
    publish(NEXT_DAY)
    with pytest.raises(OlderDayError, match="replay"):
        publish(DAY)


@pytest.mark.parametrize("step", ["build_content", "finish", "verify", "flush_tree", "put_in_place", "make_current"])
def test_killed_anywhere_latest_stays_right(publish, con, settings: Settings, monkeypatch, step: str):
    first = publish()
    con.execute("update marts.accounts set plan = 'scale'")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish_module, step, killed)
        with pytest.raises(KeyboardInterrupt):
            publish(NEXT_DAY)
    assert latest_id(settings.snapshots_dir) == first.snapshot_id
    verify(first.path)
    second = publish(NEXT_DAY)
    assert latest_id(settings.snapshots_dir) == second.snapshot_id
    assert not list(settings.snapshots_dir.glob(f"{BUILDING}*"))
    verify(second.path)


def test_cards_follow_the_published_schema(publish):
    folder = publish().path
    rows = pq.read_table(folder / "cards.parquet").to_pylist()
    assert [row["entity_id"] for row in rows] == ["acc_acme", "acc_bolt", "per_ann", "per_ben", "per_cat"]
    validator = Draft202012Validator(json.loads((folder / "card.schema.json").read_text()))
    cards = [json.loads(row["card"]) for row in rows]
    for card in cards:
        validator.validate(card)
    acme, ann = cards[0], cards[2]
    assert acme["open_items"][0]["text"] == "Export fails"
    assert acme["next_dates"] == [{"kind": "renewal", "on": "2025-09-01"}]
    assert acme["signals"][0]["kind"] == "usage_drop"
    assert [link["entity_id"] for link in acme["related"]] == ["per_ann", "per_ben"]
    assert [(fact["attribute"], fact["value"]) for fact in ann["facts"]] == [("contact_preference", "phone")]
    assert ann["latest"][0]["text"] == "Please call me instead"
    assert "contact_preference: phone (since 2025-06-29)" in rows[2]["prompt"]


def test_who_moved_is_known_at_both_places(publish, con):
    """Cat worked at Acme before: its card says so, hers names both, and her timeline holds what she did there."""
    con.execute("""
        insert into marts.account_people values
            ('acc_acme', 'per_cat', 'Planner', '2023-01-01', '2025-05-02', '2025-04-30');
        insert into marts.account_timeline (entry_id, account_id, person_id, occurred_at, entry_type, kind, text)
        values ('int_9', 'acc_acme', 'per_cat', '2025-04-30', 'interaction', 'message', 'My last day is near');
    """)
    snapshot = Snapshot.open(publish().path)
    assert snapshot.card("acc_acme")["related"][-1] == {
        "entity_type": "person", "entity_id": "per_cat", "name": "Cat Uy", "role": "Planner", "left_on": "2025-05-02",
    }  # fmt: skip
    assert "- Cat Uy Planner (left on 2025-05-02) per_cat" in snapshot.card("acc_acme")["prompt"]
    assert [link["entity_id"] for link in snapshot.card("per_cat")["related"]] == ["acc_bolt", "acc_acme"]
    assert [entry["text"] for entry in snapshot.timeline("per_cat")] == ["We look at others", "My last day is near"]


def test_a_promise_says_whose_and_by_when(publish, con):
    con.execute("""
        insert into lake.memory.facts (fact_id, entity_type, entity_id, attribute, value, valid_at, stated_by, due_on)
        values ('fct_p', 'account', 'acc_acme', 'promise', 'a quote', '2025-06-20', 'staff', '2025-07-01')
    """)
    line = "- promise by staff: a quote (due 2025-07-01) (since 2025-06-20)"
    snapshot = Snapshot.open(publish().path)
    assert line in snapshot.card("acc_acme")["prompt"].splitlines()
    assert line in snapshot.recall("acc_acme", "what did we promise?", recipe="lexical").prompt.splitlines()


def test_a_memory_without_owner_is_an_error(publish, add):
    add("mem_x", "Whose is this?", account=None)
    with pytest.raises(SnapshotInputError, match="mem_x"):
        publish()


def test_merged_ids_lead_to_the_standing_one(publish):
    rows = pq.read_table(publish().path / "identifiers.parquet").to_pylist()
    former = {row["value"]: row["entity_id"] for row in rows if row["type"] == "former_id"}
    assert former == {"per_old": "per_ann", "per_older": "per_ann"}


def test_an_id_whose_merge_was_taken_back_leads_to_what_it_became(publish, con: duckdb.DuckDBPyConnection):
    """As the ledger's own reading does: each id's last event counts."""
    con.execute("""
        insert into identity.ledger values
            ('person', 'per_x', 'merged_into', 'per_ben', 3),
            ('person', 'per_x', 'split_from', 'per_ben', 4),
            ('person', 'per_x', 'merged_into', 'per_cat', 5),
            ('person', 'per_y', 'merged_into', 'per_z', 6),
            ('person', 'per_z', 'merged_into', 'per_ann', 7),
            ('person', 'per_z', 'split_from', 'per_ann', 8)
    """)
    rows = pq.read_table(publish().path / "identifiers.parquet").to_pylist()
    former = [(row["value"], row["entity_id"]) for row in rows if row["type"] == "former_id"]
    events = con.execute("select event, entity_id, other_id from identity.ledger order by sequence").fetchall()
    book = Book.read(Event(event, entity, other, ("", entity), "") for event, entity, other in events)
    assert sorted(former) == sorted((entity, book.current(entity)) for entity in book.moved)
    assert dict(former)["per_x"] == "per_cat"
    assert dict(former)["per_y"] == "per_z"


@pytest.mark.parametrize("left", ["nothing named", "latest"])
def test_a_first_night_killed_before_it_is_current_can_be_run_again(publish, settings: Settings, left: str):
    first = publish()
    latest = settings.snapshots_dir / "latest"
    latest.unlink()
    if left == "latest":
        latest.write_text("2025-06-29-000000000000\n")  # a damaged one had made room for it
    again = publish()
    assert (again.snapshot_id, again.reused) == (first.snapshot_id, True)
    assert latest_id(settings.snapshots_dir) == first.snapshot_id


@pytest.mark.parametrize("damage", ["accounts.parquet", "manifest.json"])
def test_a_damaged_snapshot_stops_no_later_night(publish, con, damage: str):
    first = publish()
    (first.path / damage).write_bytes(b"PAR1")
    con.execute("update marts.accounts set plan = 'scale'")
    second = publish(NEXT_DAY)
    assert second.previous is None
    assert pq.read_metadata(second.path / "changes.parquet").num_rows == 0
    verify(second.path)


def test_a_snapshot_made_from_another_catalog_is_published_again_from_this_one(publish, con: duckdb.DuckDBPyConnection):
    first = publish()
    ops.ensure_tables(con)
    again = publish()
    assert (again.snapshot_id, again.reused) == (first.snapshot_id, False)
    assert again.lake_version > first.lake_version
    ops.record_snapshot(con, again.snapshot_id, DAY, again.lake_version, "run", datetime.now(UTC))
    assert publish().reused


def test_a_damaged_snapshot_is_published_again_whole(publish, settings: Settings):
    first = publish()
    (first.path / "facts.parquet").unlink()
    again = publish()
    assert (again.snapshot_id, again.reused) == (first.snapshot_id, False)
    verify(again.path)
    assert not list(settings.snapshots_dir.glob(f"{BUILDING}*"))


def test_an_empty_lake_can_be_published(publish, con: duckdb.DuckDBPyConnection):
    for table in ("lake.memory.documents", "marts.accounts", "marts.people", "marts.identifiers", "lake.memory.facts"):
        con.execute(f"delete from {table}")
    done = publish()
    assert done.row_counts["memories"] == 0
    verify(done.path)


def test_a_number_without_country_is_read_as_where_the_snapshot_was_made(con, settings, model):
    con.execute("update marts.identifiers set value = '+4930901820' where type = 'phone'")
    made = settings.model_copy(update={"default_region": "DE"})
    embed(con, made, model=model)
    home = publish_snapshot(con, made, DAY, model=model).path.parent
    assert Snapshot.open(home).find("030 901820").entity_id == "per_ann"
