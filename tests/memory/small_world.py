"""A tiny lake with the tables that snapshots are made from: two accounts, three people, a merged id."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

import duckdb

from lake.connection import connect
from lake.settings import Settings

DAY = date(2025, 6, 29)
NOON = datetime(2025, 6, 29, 12, tzinfo=UTC)
ACME, BOLT = "acc_acme", "acc_bolt"
ANN, BEN, CAT = "per_ann", "per_ben", "per_cat"  # Ann and Ben work at Acme, Cat at Bolt

TABLES = Path(__file__).with_name("tables.sql").read_text(encoding="utf-8")


def document(
    memory_id: str, text: str, *, account: str | None = ACME, person: str | None = None, **other: Any
) -> dict[str, Any]:
    """A row of `memory.documents`: a person's own when `person` is given, else its account's."""
    row = {
        "memory_id": memory_id,
        "kind": "observation",
        "entity_type": "person" if person else "account",
        "entity_id": person or account,
        "account_id": account,
        "person_id": person,
        "visibility": "person" if person else "account",
        "text": text,
        "content_hash": md5(text.encode(), usedforsecurity=False).hexdigest(),
        "occurred_at": NOON - timedelta(days=1),
        "channel": "email",
        "importance": 0.5,
        "is_current": True,
        "source": "mailbox",
        "record_key": f"mailbox:messages:{memory_id}",
        "source_file": "mailbox/2025-06-16/support.mbox",
        "source_row": 7,
    }
    return row | other


def insert(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    """Append rows to a table of the lake."""
    for row in rows:
        names = ", ".join(row)
        con.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", list(row.values()))


def small_lake(folder: Path) -> Settings:
    """Settings of a lake in a test's folder."""
    return Settings(lake=folder / "lake", exports=folder / "exports", duckdb_memory="500MB")


@contextmanager
def small_world(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new lake with the small world in it."""
    with connect(settings) as con:
        con.execute(TABLES)
        fill(con)
        yield con


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """The small world."""
    insert(
        con,
        "marts.accounts",
        {
            "account_id": ACME,
            "name": "Acme Corp",
            "domain": "acmetools.io",
            "plan": "growth",
            "mrr_minor": 120000,
            "currency": "usd",
            "renewal_on": date(2025, 9, 1),
            "health": 0.123456789,
            "sources": ["salesforce", "zendesk"],
            "recorded_at": NOON,
        },
        {"account_id": BOLT, "name": "Bolt GmbH", "domain": "boltworks.io", "plan": "starter"},
    )
    insert(
        con,
        "marts.people",
        {
            "person_id": ANN,
            "account_id": ACME,
            "name": "Ann Lee",
            "email": "ann@acmetools.io",
            "title": "CTO",
            "is_active": True,
        },
        {
            "person_id": BEN,
            "account_id": ACME,
            "name": "Ben Oz",
            "email": "ben@acmetools.io",
            "title": "Buyer",
            "is_active": True,
        },
        {"person_id": CAT, "account_id": BOLT, "name": "Cat Uy", "email": "cat@boltworks.io", "is_active": True},
    )
    for account, person in ((ACME, ANN), (ACME, BEN), (BOLT, CAT)):
        insert(con, "marts.account_people", {"account_id": account, "person_id": person, "last_seen_at": NOON})
    insert(
        con,
        "marts.account_summary",
        {
            "account_id": ACME,
            "interactions": 2,
            "open_items": '[{"kind": "ticket", "text": "Export fails", "since": "2025-06-20", "record_key": "z:t:1"}]',
            "next_dates": '[{"kind": "renewal", "on": "2025-09-01"}]',
        },
    )
    insert(con, "marts.account_summary", {"account_id": BOLT})
    insert(con, "marts.person_summary", {"person_id": ANN, "interactions": 1, "open_items": "[]"})
    insert(con, "marts.person_summary", {"person_id": BEN}, {"person_id": CAT})
    identifiers = [
        ("account", ACME, "domain", "acmetools.io", False),
        ("account", BOLT, "domain", "boltworks.io", False),
        ("account", ACME, "name", "acme", False),
        ("person", ANN, "email", "ann@acmetools.io", False),
        ("person", BEN, "email", "ben@acmetools.io", False),
        ("person", CAT, "email", "cat@boltworks.io", False),
        ("person", ANN, "phone", "+14155550100", False),
        ("person", ANN, "email", "info@acmetools.io", True),
        ("person", BEN, "email", "info@acmetools.io", True),
    ]
    for entity_type, entity_id, kind, value, ambiguous in identifiers:
        insert(
            con,
            "marts.identifiers",
            {
                "entity_type": entity_type,
                "entity_id": entity_id,
                "type": kind,
                "value": value,
                "confidence": 1.0,
                "is_ambiguous": ambiguous,
                "record_key": f"test:{entity_id}",
            },
        )
    insert(
        con,
        "identity.ledger",
        {
            "entity_type": "person",
            "entity_id": "per_old",
            "event": "merged_into",
            "other_id": "per_older",
            "sequence": 1,
        },
        {"entity_type": "person", "entity_id": "per_older", "event": "merged_into", "other_id": ANN, "sequence": 2},
    )
    for number, (account, person, text) in enumerate(
        [(ACME, ANN, "Please call me instead"), (ACME, BEN, "Invoice question"), (BOLT, CAT, "We look at others")]
    ):
        insert(
            con,
            "marts.account_timeline",
            {
                "entry_id": f"int_{number}",
                "account_id": account,
                "person_id": person,
                "occurred_at": NOON - timedelta(days=number),
                "entry_type": "interaction",
                "kind": "message",
                "channel": "email",
                "direction": "inbound",
                "text": text,
                "record_key": f"mailbox:messages:{number}",
                "source_file": "mailbox/2025-06-16/support.mbox",
                "source_row": number,
                "recorded_at": NOON,
            },
        )
    insert(
        con,
        "marts.signals",
        {
            "signal_id": "sig_1",
            "kind": "usage_drop",
            "account_id": ACME,
            "occurred_at": NOON,
            "severity": "high",
            "value": 0.3,
        },
    )
    fact = {
        "fact_id": "fct_1",
        "entity_type": "person",
        "entity_id": ANN,
        "attribute": "contact_preference",
        "value": "phone",
        "valid_at": NOON,
        "created_at": NOON,
        "observation_ids": ["obs_1"],
        "source": "mailbox",
        "record_key": "mailbox:messages:mem_1",
        "source_file": "mailbox/2025-06-16/support.mbox",
        "source_row": 0,
    }
    account_fact = fact | {
        "fact_id": "fct_2",
        "entity_type": "account",
        "entity_id": ACME,
        "attribute": "competitor",
        "value": "Globex",
        "record_key": "mailbox:messages:mem_3",
    }
    for table in ("lake.memory.facts", "lake.memory.fact_history"):
        insert(con, table, fact, account_fact)
    insert(
        con,
        "lake.memory.documents",
        document("mem_1", "Ann prefers to be called by phone.", person=ANN),
        document("mem_2", "Ben asked about an invoice from May.", person=BEN),
        document("mem_3", "Acme is comparing us with Globex.", channel="call"),
        document("mem_4", "Bolt thinks about cancelling the subscription.", account=BOLT),
        document("mem_5", "Refunds are made within 30 days.", account=None, kind="knowledge", visibility="company"),
    )
