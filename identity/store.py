"""Identity's tables in the lake, and their copies beside it from which an empty lake is rebuilt."""

from __future__ import annotations

from pathlib import Path

from duckdb import DuckDBPyConnection

SCHEMA = "lake.identity"

COLUMNS = {
    "edges": """entity_type varchar, left_key varchar, right_key varchar, probability double, match_weight double,
                rule varchar, evidence varchar, model_version varchar, kept_apart varchar""",
    "links": """entity_type varchar, record_key varchar, entity_id varchar, kind varchar, probability double,
                rule varchar, model_version varchar""",
    "ledger": """entity_type varchar, entity_id varchar, event varchar, other_id varchar, founding_record_key varchar,
                 founding_drop_date varchar, cause varchar, as_of timestamptz, model_version varchar,
                 sequence bigint, records bigint""",
    "judgements": """entity_type varchar, left_key varchar, right_key varchar, verdict varchar, decided_by varchar,
                     decided_at timestamptz, withdrawn_at timestamptz, note varchar, withdrawn_by varchar,
                     withdrawn_note varchar""",
    "review_queue": """entity_type varchar, left_key varchar, right_key varchar, probability double,
                       match_weight double, records_at_stake bigint, priority double, question varchar,
                       evidence varchar""",
    "models": """entity_type varchar, model_version varchar, parameters varchar, trained_as_of timestamptz""",
    "generic_values": "entity_type varchar, type varchar, value varchar, holders bigint",
    "frequency_totals": "entity_type varchar, feature varchar, holders double, discount double",
    "record_identifiers": "entity_type varchar, record_key varchar, type varchar, value varchar, is_generic boolean",
}
# Columns that lakes written before them lack.
ADDED = {
    "judgements": ("withdrawn_by varchar", "withdrawn_note varchar"),
    "edges": ("kept_apart varchar",),
    "ledger": ("records bigint",),
}
# What a rebuild cannot compute again, with the order that makes the copies the same for the same content.
EXPORTED = {
    "ledger": "entity_type, sequence",
    "judgements": "entity_type, left_key, right_key, decided_at, verdict",
    "models": "entity_type, trained_as_of, model_version",
    "links": "entity_type, record_key",
}


def features_table(entity_type: str) -> str:
    """The table of standardised features that one entity type was compared by."""
    return f"{SCHEMA}.{entity_type}_features"


def ensure_tables(con: DuckDBPyConnection) -> None:
    """Create the schema and its tables where they are missing."""
    con.execute(f"create schema if not exists {SCHEMA}")
    for table, columns in COLUMNS.items():
        con.execute(f"create table if not exists {SCHEMA}.{table} ({columns})")
    for table, columns_added in ADDED.items():
        for column in columns_added:
            con.execute(f"alter table {SCHEMA}.{table} add column if not exists {column}")


def count(con: DuckDBPyConnection, table: str) -> int:
    """Rows of an identity table."""
    row = con.execute(f"select count(*) from {SCHEMA}.{table}").fetchone()
    return int(row[0]) if row else 0


def replace(con: DuckDBPyConnection, table: str, source: str) -> None:
    """Replace an identity table's rows by those of a working table, by column name. Inside the caller's transaction."""
    con.execute(f"delete from {SCHEMA}.{table}")
    con.execute(f"insert into {SCHEMA}.{table} by name select * from {source}")


def export(con: DuckDBPyConnection, folder: Path) -> None:
    """Write each exported table to `<folder>/<table>.parquet`, whole files moved into place.

    Judgements that only the copies have are taken into the lake first, and so are not lost.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _take_missing_judgements(con, folder / "judgements.parquet")
    for table, order in EXPORTED.items():
        target = folder / f"{table}.parquet"
        partial = target.with_suffix(".partial")
        con.execute(f"copy (from {SCHEMA}.{table} order by {order}) to '{_quoted(partial)}' (format parquet)")
        partial.replace(target)


def restore(con: DuckDBPyConnection, folder: Path) -> bool:
    """Fill empty identity tables from the copies beside the lake; True when there were copies to take.

    A lake whose ledger has rows is left as it is, but for judgements that it lacks: where an older catalog was put in
    its place, what people decided since lies in the copies alone. Inside the caller's transaction.
    """
    if count(con, "ledger"):
        _take_missing_judgements(con, folder / "judgements.parquet")
        return False
    if not (folder / "ledger.parquet").exists():
        return False
    for table in EXPORTED:
        source = folder / f"{table}.parquet"
        if source.exists():
            con.execute(f"delete from {SCHEMA}.{table}")
            con.execute(f"insert into {SCHEMA}.{table} by name select * from read_parquet('{_quoted(source)}')")
    return True


def _take_missing_judgements(con: DuckDBPyConnection, copy: Path) -> None:
    if not copy.exists():
        return
    kept, lake = f"read_parquet('{_quoted(copy)}')", f"{SCHEMA}.judgements"
    same = ("entity_type", "left_key", "right_key", "verdict", "decided_by", "decided_at")
    con.execute(f"insert into {lake} by name select * from {kept} as kept anti join {lake} using ({', '.join(same)})")
    withdrawn = [name for name, *_ in con.execute(f"describe from {kept}").fetchall() if name.startswith("withdrawn_")]
    if not withdrawn:  # a copy from before it was noted
        return
    con.execute(
        f"update {lake} as j set {', '.join(f'{name} = kept.{name}' for name in withdrawn)} from {kept} as kept "
        f"where {' and '.join(f'j.{name} = kept.{name}' for name in same)} "
        "and j.withdrawn_at is null and kept.withdrawn_at is not null"
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
