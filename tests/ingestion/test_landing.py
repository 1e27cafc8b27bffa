from __future__ import annotations

import gzip
import json
import shutil
import zipfile
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion import FileChangedError, SourcesError, batches, land, load_sources
from lake.connection import connect
from lake.settings import Settings, SettingsError
from lake.time import as_of
from tests.ingestion.conftest import write

FIRST, SECOND = date(2025, 6, 16), date(2025, 6, 17)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with connect(settings, read_only=True) as con:
        return con.execute(sql).fetchall()


def payloads(settings: Settings, table: str) -> list[dict[str, Any]]:
    sql = f"select payload from {table} order by _drop_date, _recorded_at, _source_file, _dlt_load_id, _source_row"
    return [json.loads(payload) for (payload,) in query(settings, sql)]


def test_every_declared_table_exists_after_an_empty_landing(settings: Settings):
    report = land(settings)
    assert (report.day, report.files_found, report.rows) == (None, 0, 0)
    tables = set(query(settings, "select schema_name, table_name from duckdb_tables() where database_name = 'lake'"))
    for source in load_sources().sources.values():
        for table in (*source.streams, "_landed_files", "_rejected"):
            assert (f"raw_{source.name}", table) in tables
    columns = query(settings, "select column_name, data_type from duckdb_columns() where table_name = 'invoices'")
    assert dict(columns) == {
        "payload": "VARCHAR",
        "_source_file": "VARCHAR",
        "_source_row": "BIGINT",
        "_drop_date": "DATE",
        "_file_sha256": "VARCHAR",
        "_recorded_at": "TIMESTAMP WITH TIME ZONE",
        "_dlt_load_id": "VARCHAR",
    }


def test_rows_land_once_with_their_provenance(settings: Settings):
    path = write(settings.exports, "zendesk/2025-06-16/users.ndjson", '{"id":1}\n\n{"id":2}\nbroken\n')
    write(settings.exports, "zendesk/2025-06-17/users.ndjson", '{"id":1,"name":"b"}\n')
    report = land(settings, FIRST)
    assert (report.files_landed, report.rows, report.rejects, report.files_later) == (1, 2, 1, 1)
    rows = query(
        settings,
        "select payload, _source_file, _source_row, _drop_date, _recorded_at, _file_sha256, _dlt_load_id "
        "from raw_zendesk.users order by _source_row",
    )
    assert [row[:5] for row in rows] == [
        ('{"id":1}', "zendesk/2025-06-16/users.ndjson", 1, FIRST, as_of(FIRST)),
        ('{"id":2}', "zendesk/2025-06-16/users.ndjson", 3, FIRST, as_of(FIRST)),
    ]
    loads = query(settings, "select load_id from raw_zendesk._dlt_loads where status = 0")
    rejected = query(
        settings,
        "select source, stream, _source_file, _source_row, _drop_date, reason_code, raw_text, _file_sha256, "
        "_dlt_load_id from raw_zendesk._rejected",
    )
    name = "zendesk/2025-06-16/users.ndjson"
    assert rejected == [("zendesk", "users", name, 4, FIRST, "invalid_json", "broken", rows[0][5], loads[0][0])]
    landed = query(settings, "select stream, rows_landed, rows_rejected, _dlt_load_id from raw_zendesk._landed_files")
    assert landed == [("users", 2, 1, rows[0][6])]

    path.touch()
    again = land(settings, FIRST)
    assert (again.files_landed, again.rows, again.count("zendesk", "users").files_already_landed) == (0, 0, 1)
    later = land(settings)
    assert (later.day, later.files_landed, later.rows) == (SECOND, 1, 1)
    assert len(payloads(settings, "raw_zendesk.users")) == 3
    assert not settings.dlt_dir.exists()


def test_changed_content_at_the_same_path_is_a_new_version(settings: Settings):
    name = "stripe/2025-06-16/customers.ndjson"
    write(settings.exports, name, '{"id":"a"}\n')
    land(settings, FIRST)
    write(settings.exports, name, '{"id":"a","v":2}\n')
    assert land(settings, SECOND).rows == 1
    assert payloads(settings, "raw_stripe.customers") == [{"id": "a"}, {"id": "a", "v": 2}]
    drops = query(settings, "select _drop_date, _recorded_at from raw_stripe.customers order by _recorded_at")
    assert drops == [(FIRST, as_of(FIRST)), (FIRST, as_of(SECOND))]


def test_columns_that_drift_stop_nothing(settings: Settings):
    write(settings.exports, "salesforce/2025-06-16/Account.csv", "Id,Name,Amount\n1,a,7\n")
    write(settings.exports, "salesforce/2025-06-17/Account.csv", "amount,First Name,first_name,Id\nmany,x,y,1\n")
    write(settings.exports, "zendesk/2025-06-16/users.ndjson", '{"id":1,"tags":["a"]}\n{"id":"x","tags":{"a":1}}\n')
    assert land(settings).rejects == 0
    assert payloads(settings, "raw_salesforce.accounts") == [
        {"Id": "1", "Name": "a", "Amount": "7"},
        {"amount": "many", "First Name": "x", "first_name": "y", "Id": "1"},
    ]
    assert [type(row["id"]) for row in payloads(settings, "raw_zendesk.users")] == [int, str]


def test_undated_knowledge_is_landed_when_it_changes(settings: Settings):
    write(settings.exports, "knowledge/faq.md", "# One")
    write(settings.exports, "knowledge/2025-06-17/faq.md", "# Drop")
    land(settings, FIRST)
    land(settings, SECOND)
    write(settings.exports, "knowledge/faq.md", "# Two")
    land(settings, date(2025, 6, 18))
    write(settings.exports, "knowledge/faq.md", "# One")
    land(settings, date(2025, 6, 19))
    rows = query(
        settings,
        "select payload ->> 'title', _drop_date, (payload ->> 'dated')::boolean from raw_knowledge.documents "
        "order by 2, 1",
    )
    assert rows == [
        ("One", FIRST, False),
        ("Drop", SECOND, True),
        ("Two", date(2025, 6, 18), False),
        ("One", date(2025, 6, 19), False),
    ]


def test_packed_files_and_damage_are_told_by_place(settings: Settings):
    folder = settings.exports / "salesforce/2025-06-16"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Account.csv", "Id\n1\n2\n")
        archive.writestr("Contact.csv.gz", gzip.compress(b"Id\n3\n"))
    packed = gzip.compress(b"Id\n" + b"".join(b"%d\n" % n for n in range(50_000)))
    write(settings.exports, "salesforce/2025-06-16/Task.csv.gz", packed[: len(packed) // 2])
    write(settings.exports, "salesforce/2025-06-16/User.csv.gz", b"Id\nplain after all\n")
    write(settings.exports, "salesforce/2025-06-16/broken.zip", b"PK no zip")
    write(settings.exports, "salesforce/2025-06-16/Opportunity.csv.gz", packed[:40] + b"garbage" * 9)
    report = land(settings)
    assert payloads(settings, "raw_salesforce.accounts") == [{"Id": "1"}, {"Id": "2"}]
    assert payloads(settings, "raw_salesforce.contacts") == [{"Id": "3"}]
    assert payloads(settings, "raw_salesforce.users") == [{"Id": "plain after all"}]
    tasks = report.count("salesforce", "tasks")
    assert tasks.rows > 1_000
    rejected = query(
        settings, "select _source_file, stream, reason_code, _source_row from raw_salesforce._rejected order by 1"
    )
    place = "salesforce/2025-06-16/"
    assert [row[:3] for row in rejected] == [
        (f"{place}Opportunity.csv.gz", "opportunities", "file_damaged"),
        (f"{place}Task.csv.gz", "tasks", "file_truncated"),
        (f"{place}broken.zip", None, "file_damaged"),
    ]
    assert rejected[1][3] > tasks.rows
    assert land(settings).files_landed == 0


def test_a_source_of_ones_own_lands_by_yaml_alone(settings: Settings):
    write(
        settings.exports,
        "sources.yml",
        "version: 1\nsources:\n  dialogues:\n    streams:\n      turns: {format: csv, native_id: [turn_id]}\n",
    )
    write(settings.exports, "dialogues/2025-06-16/turns.csv", "turn_id;text\n1;Hello, you\n")
    report = land(settings)
    assert payloads(settings, "raw_dialogues.turns") == [{"turn_id": "1", "text": "Hello, you"}]
    assert report.unknown == []


def test_only_the_sources_asked_for(settings: Settings):
    write(settings.exports, "zendesk/2025-06-16/users.ndjson", '{"id":1}\n')
    write(settings.exports, "agents/2025-06-16/log.ndjson", '{"event_id":1}\n')
    assert land(settings, only=["agents"]).rows == 1
    assert payloads(settings, "raw_zendesk.users") == []
    with pytest.raises(SourcesError, match="zendisk"):
        land(settings, only=["zendisk"])


def test_the_report_says_what_was_found_tolerated_and_passed_over(settings: Settings):
    write(settings.exports, "salesforce/2025-06-16/Account.csv", "Name,Name\na,b\n")
    write(settings.exports, "salesforce/2025-06-16/Lead.csv", "Id\n1\n")
    write(settings.exports, "pipedrive/2025-06-16/deals.csv", "Id\n1\n")
    report = land(settings)
    plain = json.loads(json.dumps(report.as_dict()))
    assert [unknown["name"] for unknown in plain["unknown"]] == [
        "pipedrive/2025-06-16/deals.csv",
        "salesforce/2025-06-16/Lead.csv",
    ]
    assert plain["notes"][0]["name"] == "salesforce/2025-06-16/Account.csv"
    assert "no column Id" in plain["notes"][0]["note"]
    assert len([count for count in plain["streams"] if count["source"] == "salesforce"]) == 5
    assert (plain["day"], plain["rows"]) == ("2025-06-16", 1)


def test_a_file_that_changes_while_it_is_read_lands_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    write(settings.exports, "salesforce/2025-06-16/Account.csv", "Id\n1\n")
    with monkeypatch.context() as patched:
        patched.setattr(batches, "fingerprint", lambda file: (0, 0))
        with pytest.raises(FileChangedError, match=r"Account\.csv changed while"):
            land(settings)
    assert payloads(settings, "raw_salesforce.accounts") == []
    assert not settings.dlt_dir.exists()
    assert land(settings).rows == 1


@pytest.mark.parametrize(("rewritten", "lands"), [(False, True), (True, False)])
def test_of_a_log_that_grows_meanwhile_lands_what_was_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, rewritten: bool, lands: bool
) -> None:
    name = "agents/2025-06-16/recalls-1.ndjson"
    write(settings.exports, name, '{"event_id":"a"}\n')
    log, opened = settings.exports / name, batches.open_file

    def open_while_written(*args: Any) -> Any:
        log.write_text(("" if rewritten else log.read_text()) + '{"event_id":"b"}\n' * 2)
        return opened(*args)

    with monkeypatch.context() as patched:
        patched.setattr(batches, "open_file", open_while_written)
        with nullcontext() if lands else pytest.raises(FileChangedError, match="changed while"):
            land(settings)
    assert payloads(settings, "raw_agents.events") == ([{"event_id": "a"}] if lands else [])
    land(settings)
    assert {"event_id": "b"} in payloads(settings, "raw_agents.events")


def test_content_that_is_taken_back_lands_again(settings: Settings) -> None:
    for name in ("right", "wrong", "right"):
        write(settings.exports, "zendesk/2025-06-16/users.ndjson", f'{{"id":1,"name":"{name}"}}\n')
        land(settings)
    assert [row["name"] for row in payloads(settings, "raw_zendesk.users")] == ["right", "wrong", "right"]
    assert land(settings).rows == 0


def test_a_lake_where_dlt_cannot_work_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="choose a path without"):
        land(Settings(exports=tmp_path, lake=tmp_path / "100%"))


def test_a_lost_lake_is_landed_again_whole(settings: Settings):
    write(settings.exports, "zendesk/2025-06-16/users.ndjson", '{"id":1}\n')
    land(settings)
    shutil.rmtree(settings.lake)
    assert land(settings).rows == 1
