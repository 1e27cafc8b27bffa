from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from lake.connection import connect
from lake.settings import Settings
from memory.extraction.engine import Found, Speech, read_text
from memory.extraction.load import RuleSet, load_rules
from memory.extraction.schema import INPUT
from memory.extraction.spec import Role

SAID_AT = datetime(2025, 3, 12, 10, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return load_rules()


@pytest.fixture(scope="session")
def read(rules: RuleSet) -> Callable[..., list[Found]]:
    def read(text: str, role: Role = "customer", channel: str | None = None, said: date | None = None) -> list[Found]:
        return read_text(text, Speech(role, said or SAID_AT.date(), channel), rules)

    return read


@pytest.fixture(scope="session")
def an_input() -> Callable[..., dict[str, Any]]:
    def build(text: str | None = None, **changes: Any) -> dict[str, Any]:
        row = {
            "input_id": "inp_1",
            "record_key": "zendesk:ticket_comments:1",
            "interaction_id": "int_1",
            "source": "zendesk",
            "stream": "ticket_comments",
            "channel": "ticket",
            "direction": "inbound",
            "text": text,
            "structured": None,
            "author_role": "customer",
            "person_record_key": "zendesk:users:1",
            "account_record_key": "zendesk:organizations:1",
            "occurred_at": SAID_AT,
        }
        return row | changes

    return build


@pytest.fixture(scope="session")
def batch_of() -> Callable[..., pa.Table]:
    return lambda *rows: pa.Table.from_pylist(list(rows), schema=INPUT)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Settings(lake=tmp_path / "lake", exports=tmp_path / "exports")) as connection:
        connection.execute("create schema lake.memory")
        yield connection


@pytest.fixture
def write_inputs(con: duckdb.DuckDBPyConnection, batch_of: Callable[..., pa.Table]) -> Callable[..., None]:
    def write(*rows: dict[str, Any]) -> None:
        con.register("given", batch_of(*rows))
        con.execute("create or replace table lake.memory.extraction_inputs as select * from given")
        con.unregister("given")

    return write
