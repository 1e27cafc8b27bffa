"""Readers: bytes of one format to records and rejects. They know nothing of sources, lakes or dlt."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

from ingestion.readers.delimited import read_csv
from ingestion.readers.ics import read_ics
from ingestion.readers.markdown import read_markdown
from ingestion.readers.mbox import read_mbox
from ingestion.readers.ndjson import read_ndjson
from ingestion.records import Reading, Record, Reject
from ingestion.sources import Format

Reader = Callable[[io.BufferedReader, Reading], Iterator[Record | Reject]]

READERS: dict[Format, Reader] = {
    "csv": read_csv,
    "ndjson": read_ndjson,
    "mbox": read_mbox,
    "ics": read_ics,
    "markdown": read_markdown,
}
