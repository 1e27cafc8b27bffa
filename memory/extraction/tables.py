"""The tables that extraction appends to; dbt reads them as sources."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from lake.schemas import LAKE, MEMORY
from memory.extraction.schema import OBSERVATION

EXTRACTIONS = f"{LAKE}.{MEMORY}.extractions"
EXTRACTED = f"{LAKE}.{MEMORY}.extracted_inputs"
RULE_VERSIONS = f"{LAKE}.{MEMORY}.extraction_versions"

_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.float64(): "double",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "timestamptz",
}


def ensure_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables where they are missing, so that dbt can build before the first extraction."""
    columns = ", ".join(f"{field.name} {_SQL_TYPES[field.type]}" for field in OBSERVATION)
    con.execute(f"create schema if not exists {LAKE}.{MEMORY}")
    con.execute(f"create table if not exists {EXTRACTIONS} ({columns}, rules_version varchar, created_at timestamptz)")
    con.execute(
        f"create table if not exists {EXTRACTED} (input_id varchar, rules_version varchar, observations bigint,"
        " failure varchar, extracted_as_of timestamptz)"
    )
    con.execute(
        f"create table if not exists {RULE_VERSIONS} (rules_version varchar, sequence bigint,"
        " activated_as_of timestamptz)"
    )
