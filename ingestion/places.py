"""Where landing leaves customers' data: its part of the list that erasure works down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingestion.raw_tables import tables_of
from ingestion.sources import load_sources
from lake.schemas import raw_schema
from lake.settings import Settings


@dataclass(frozen=True)
class DataPlace:
    """One place where customers' data rests."""

    kind: Literal["table", "folder"]
    location: str  # schema.table in the lake, or a path
    holds: str


def customer_data_places(settings: Settings) -> list[DataPlace]:
    """Every raw and reject table of the declared sources, dlt's folder, and the exports themselves."""
    tables = [
        DataPlace("table", f"{raw_schema(source.name)}.{table}", _HOLDS.get(table, "rows as delivered"))
        for source in load_sources(settings.exports).sources.values()
        for table in tables_of(source)
    ]
    return [
        *tables,
        DataPlace("folder", str(settings.dlt_dir), "rows on their way into the lake; emptied after each load"),
        DataPlace("folder", str(settings.exports), "the export files; not ours to change, named to their owner"),
    ]


_HOLDS = {"_landed_files": "names of export files", "_rejected": "text of rows that could not be read"}
