"""Frames: what the gates look at, read from the lake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from ingestion.sources import Source
from lake.schemas import raw_schema
from orchestration.quality.suites import frame_path

PARAMETER = re.compile(r"\$([a-z_]+)")


def read_frame(
    con: DuckDBPyConnection, frame: str, parameters: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Run `frames/<frame>.sql` with the parameters it mentions; `names` fills `{…}` (schemas, tables)."""
    query = frame_path(frame).read_text(encoding="utf-8")
    for name, text in (names or {}).items():
        query = query.replace(f"{{{name}}}", text)
    used = {name: parameters[name] for name in PARAMETER.findall(query)}
    return con.execute(query, used).df()


def source_names(source: Source) -> dict[str, str]:
    """A source's schema, its rows of all streams as one relation, and where its rows keep their id."""
    schema = raw_schema(source.name)
    rows = [
        f"select '{stream}' as stream, payload, _source_file, _source_row, _drop_date, _file_sha256, _recorded_at "
        f"from {schema}.{stream}"
        for stream in source.streams
    ]
    ids = sorted({name for stream in source.streams.values() for name in stream.native_id})
    paths = ", ".join(f"json_extract_string(payload, '$.\"{name}\"')" for name in ids) or "'unnamed'"
    return {"schema": schema, "rows": " union all ".join(rows), "native_ids": paths}
