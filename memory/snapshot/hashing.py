"""The content hash: what a snapshot says, whatever the bytes it is stored in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from memory.snapshot.layout import SCHEMA_VERSION


def parquet_hash(path: Path, unhashed: frozenset[str]) -> str:
    """Hash of a Parquet file's rows."""
    with duckdb.connect() as con:
        return relation_hash(con, f"read_parquet('{_escaped(path)}')", unhashed)


def relation_hash(con: duckdb.DuckDBPyConnection, relation: str, unhashed: frozenset[str]) -> str:
    """Hash of a relation's rows as JSON, sorted, so that neither files, nor row order, nor threads play a part."""
    con.execute("set timezone = 'UTC'")
    rows = con.execute(f"describe select * from {relation}").fetchall()
    kept = ", ".join(f'"{name}"' for name in sorted(str(row[0]) for row in rows) if name not in unhashed)
    found = con.execute(
        "select coalesce(sha256(string_agg(row_hash, '' order by row_hash)), '') "
        f"from (select md5(to_json(rows)::varchar) as row_hash from (select {kept} from {relation}) as rows)"
    ).fetchone()
    assert found is not None  # noqa: S101 (an aggregate always has a row)
    return str(found[0])


def content_hash(table_hashes: Mapping[str, str], model_key: str) -> str:
    """The snapshot's hash: every table's, the embedding model's, and the layout's version."""
    whole = {"schema_version": SCHEMA_VERSION, "tables": dict(table_hashes), "embedding_model": model_key}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
