"""Marts over two nights: incremental rows are those of a full refresh, and a merge reaches old rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from lake.connection import connect
from lake.settings import Settings, load_settings
from tests.dbt.conftest import DAYS, create_raw_tables, land, land_night, run_dbt

MARTS = [
    "+interactions",
    "+usage_daily",
    "rejected_rows",
    "generic_mailboxes",
    "free_mail_domains",
    "interaction_kinds",
]
ROWS = {
    "interactions": "select account_id, person_id, * exclude (recorded_at) from lake.marts.interactions order by all",
    "usage_daily": "select * from lake.marts.usage_daily order by usage_id",
    "rejected_rows": "select * from lake.quarantine.rejected_rows order by rejection_id",
    "mails": "select * from lake.staging.stg_mailbox__messages order by record_key",
    "tickets": "select * from lake.staging.stg_zendesk__tickets order by record_key",
    "ticket_comments": "select * from lake.staging.stg_zendesk__ticket_comments order by record_key",
    "custom": "select channel, kind, direction, author_role, text from lake.marts.interactions "
    "where person_id = 'per_c' order by record_key",
    "agents_said": "select record_key, kind from lake.marts.interactions where channel = 'agent' order by record_key",
    "tickets_said": "select record_key, kind from lake.marts.interactions where channel = 'ticket' order by record_key",
    "corrected": "select text from lake.staging.stg_zendesk__tickets where native_id = '704'",
    "handed_on": "select text from lake.marts.interactions where record_key = 'twilio:calls:CA2'",
    "weekly": "select record_key, cast(occurred_at as varchar), text from lake.marts.interactions "
    "where record_key like 'calendar:events:w%' order by occurred_at",
    "owners": "select record_key, account_id, person_id from lake.marts.interactions order by record_key",
    "account_people": "select * from lake.marts.account_people order by account_id, person_id",
}
STAFF = "per_ann"
ACCOUNTS = {"salesforce:accounts:001A": "acc_a", "segment:groups:ws_1": "acc_a", "zendesk:organizations:7": "acc_b"}
PEOPLE = {
    "salesforce:contacts:003A": "per_a",
    "segment:users:usr_1": "per_a",
    "zendesk:users:70": "per_b",
    "mailbox:addresses:jane.roe@acme.example": "per_b",
    "custom:people:x1": "per_c",
    "zendesk:users:71": STAFF,
    "mailbox:addresses:ann@own.example": STAFF,
}

# Of the first night: a ticket's file that is corrected in place, and what was said in a call after it was handed on.
CORRECTED = {"id": 704, "subject": "Cut", "description": "Corrected in place.", "status": "open", "requester_id": 70,
    "created_at": "2025-06-04T00:00:00Z", "updated_at": "2025-06-04T00:00:00Z"}  # fmt: skip
CALL = {
    "Sid": "CA2",
    "From": "+15550100",
    "To": "+15550999",
    "Direction": "inbound",
    "StartTime": "2025-06-16T06:00:00Z",
}
LEG = {"Sid": "CA3", "ParentCallSid": "CA2", "From": "+15550100", "To": "+15550998", "Direction": "outbound-dial",
    "StartTime": "2025-06-16T06:01:00Z"}  # fmt: skip
SAID_IN_LEG = {"sid": "GT3", "call_sid": "CA3", "date_created": "2025-06-16T06:10:00Z",
    "sentences": [{"speaker": "customer", "transcript": "It still fails."}]}  # fmt: skip

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Nights:
    """Rows of the marts after the first night, the second, a full refresh of it, and the merge's end."""

    first: dict[str, list[Row]]
    second: dict[str, list[Row]]
    refreshed: dict[str, list[Row]]
    split: dict[str, list[Row]]


def link(con: duckdb.DuckDBPyConnection, merged: dict[str, str]) -> None:
    """Write what the linkage stage would: `merged` maps an entity to the older one that it became."""
    con.execute("delete from identity.links")
    rows = [
        [kind, key, merged.get(entity, entity), "staff" if entity == STAFF else "customer"]
        for kind, keys in (("account", ACCOUNTS), ("person", PEOPLE))
        for key, entity in keys.items()
    ]
    con.executemany("insert into identity.links values (?, ?, ?, ?, 1.0, 'by hand', 'v1')", rows)


def read(settings: Settings) -> dict[str, list[Row]]:
    with connect(settings, read_only=True) as con:
        return {name: con.execute(query).fetchall() for name, query in ROWS.items()}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    settings = load_settings(lake=tmp_path_factory.mktemp("marts") / "lake", duckdb_memory="1GB")
    with connect(settings) as con:
        create_raw_tables(con)
        land_night(con, "first", DAYS[0])
        land(con, "twilio", "calls", [CALL], DAYS[0])
        land(con, "twilio", "transcripts", [SAID_IN_LEG], DAYS[0])
        con.execute("create schema identity")
        con.execute(
            "create table identity.links (entity_type varchar, record_key varchar, entity_id varchar, kind varchar, "
            "probability double, rule varchar, model_version varchar)"
        )
        con.execute(
            "create table identity.record_identifiers (entity_type varchar, record_key varchar, type varchar, "
            "value varchar, is_generic boolean)"
        )
        link(con, {})
    run_dbt(settings, DAYS[0], "build", "--select", *MARTS, "--exclude-resource-type", "test", "unit_test")
    first = read(settings)
    with connect(settings) as con:
        land_night(con, "second", DAYS[1])
        land(con, "zendesk", "tickets", [CORRECTED], DAYS[0], load="load-again")
        land(con, "twilio", "calls", [LEG], DAYS[1])
        link(con, {"acc_b": "acc_a", "per_b": "per_a"})
    run_dbt(settings, DAYS[1], "run", "--select", *MARTS)
    second = read(settings)
    run_dbt(settings, DAYS[1], "run", "--select", *MARTS, "--full-refresh")
    refreshed = read(settings)
    with connect(settings) as con:
        link(con, {})
    run_dbt(settings, DAYS[1], "run", "--select", *MARTS)
    return Nights(first, second, refreshed, read(settings))


@pytest.mark.parametrize("mart", ROWS)
def test_a_full_refresh_gives_the_same_rows(nights: Nights, mart: str) -> None:
    assert nights.second[mart]
    assert nights.second[mart] == nights.refreshed[mart]


def test_a_merge_reaches_old_interactions(nights: Nights) -> None:
    entities = [{(row[0], row[1]) for row in rows["interactions"]} for rows in (nights.first, nights.second)]
    assert ("acc_b", "per_b") in entities[0]
    assert ("acc_a", "per_a") in entities[1]
    assert not any(account == "acc_b" or person == "per_b" for account, person in entities[1])
    # Two comments more (the opening of ticket 701 gave way to its first), one meeting less.
    assert len(nights.first["interactions"]) + 1 == len(nights.second["interactions"])


def test_a_split_reaches_old_interactions(nights: Nights) -> None:
    """What was two before the merge is two again, record by record, and nothing is lost."""
    before, merged, after = (
        {record: entities for record, *entities in rows["owners"]}
        for rows in (nights.first, nights.second, nights.split)
    )
    both = before.keys() & after.keys()
    assert ["acc_b", "per_b"] in [before[record] for record in both]
    assert {record: before[record] for record in both} == {record: after[record] for record in both}
    assert after.keys() == merged.keys()


def test_a_file_corrected_in_place_counts_as_it_is_now(nights: Nights) -> None:
    assert nights.first["corrected"] == [("Its opening never came as a comment.",)]
    assert nights.second["corrected"] == [("Corrected in place.",)]


def test_what_was_said_in_a_late_leg_reaches_its_call(nights: Nights) -> None:
    assert nights.first["handed_on"] == [(None,)]
    assert nights.second["handed_on"] == [("customer: It still fails.",)]


def test_late_comments_take_the_place_of_their_tickets_opening(nights: Nights) -> None:
    assert nights.first["tickets_said"] == [
        ("zendesk:ticket_comments:7000", "ticket_opened"),
        ("zendesk:tickets:701", "ticket_opened"),
        ("zendesk:tickets:704", "ticket_opened"),
    ]
    assert nights.second["tickets_said"] == [
        ("zendesk:ticket_comments:6999", "ticket_opened"),
        ("zendesk:ticket_comments:7000", "ticket_reply"),
        ("zendesk:ticket_comments:7010", "ticket_opened"),
        ("zendesk:ticket_comments:7040", "ticket_reply"),
        ("zendesk:tickets:704", "ticket_opened"),
    ]


def test_a_series_takes_place_as_it_was_last_told(nights: Nights) -> None:
    """What is ahead of the run is no interaction yet; then one is moved, and there are no more after it."""
    key = "calendar:events:w"
    assert nights.first["weekly"] == [
        (key, "2025-06-02 09:00:00+00", "Our plan"),
        (f"{key}/2025-06-09T09:00:00Z", "2025-06-09 09:00:00+00", None),
        (f"{key}/2025-06-16T09:00:00Z", "2025-06-16 09:00:00+00", None),
    ]
    assert nights.second["weekly"] == [
        (key, "2025-06-02 09:00:00+00", "Our plan"),
        (f"{key}/2025-06-09T09:00:00Z", "2025-06-10 09:00:00+00", None),
    ]


def test_a_proposal_that_was_refused_is_not_called_approved(nights: Nights) -> None:
    kinds: dict[str, str] = dict(nights.second["agents_said"])
    assert kinds["agents:events:e3"] == "agent_approved"
    assert kinds["agents:events:e4"] == "agent_refused"


def test_a_late_event_counts_on_its_own_day(nights: Nights) -> None:
    days = [{str(row[3]) for row in rows["usage_daily"]} for rows in (nights.first, nights.second)]
    assert "2025-06-02" not in days[0]
    assert "2025-06-02" in days[1]


def test_a_tool_of_your_own_keeps_to_the_kinds_that_are_declared(nights: Nights) -> None:
    assert nights.second["custom"] == [
        ("chat", "chat_message", "inbound", "customer", "Hello"),
        ("chat", "chat_note", "internal", "staff", "Noted"),
        ("other", "event", "outbound", "staff", "By fax"),
        ("chat", "chat_message", "inbound", "customer", "As others call it"),
    ]
