"""Where customers' data rests: the one list that erasure works down. Nothing of theirs may lie anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ingestion.sources import load_sources
from lake.schemas import IDENTITY, MARTS, MEMORY, OPS, QUARANTINE, STAGING, raw_schema
from lake.settings import Settings

# Of the lake's folder: what holds nothing of customers.
WITHOUT_CUSTOMER_DATA = frozenset({"demo.txt", "writer.lock", "writer.json"})
_SCHEMAS = {
    QUARANTINE: "rows that could not be read or typed, with their text",
    STAGING: "rows typed, the latest version of each object",
    IDENTITY: "records, identifiers, edges, entities, the ledger with its record keys, judgements with their notes",
    MARTS: "the unified model",
    MEMORY: "observations, facts and their history, answers of a model, memories, recalls with their questions",
    OPS: "messages of failed nights; values in them are hidden",
}


@dataclass(frozen=True)
class DataPlace:
    """One place where customers' data rests."""

    kind: Literal["schema", "folder", "file"]
    location: str  # a schema of the lake with all its tables, or a path with all below it
    holds: str


def customer_data_places(settings: Settings) -> list[DataPlace]:
    """Every schema of the lake, every file and folder beside it, and the exports themselves."""
    sources = load_sources(settings.exports).sources
    raw = {raw_schema(name): "rows as delivered, names of export files, text of rows not read" for name in sources}
    folders = {
        settings.files_dir: "the tables' Parquet files, those of kept versions of the lake included",
        settings.dlt_dir: "rows on their way into the lake; emptied after each load",
        settings.identity_dir: "ledger and judgements, for a rebuild",
        settings.vectors_dir: "vectors of texts, by the texts' hashes",
        settings.snapshots_dir: "the published memory snapshots",
        settings.dagster_dir: "the web page's event log",
        settings.dbt_target_dir: "compiled models and dbt's log; an error in it may quote a value",
        settings.logs_dir: "logs of nights",
        settings.exports: "the export files, agents' events among them; not ours to change, named to their owner",
    }
    places = [DataPlace("schema", name, holds) for name, holds in {**raw, **_SCHEMAS}.items()]
    places += [DataPlace("folder", str(path), holds) for path, holds in folders.items()]
    if settings.embedded_catalog:
        catalog = str(settings.lake / "catalog.sqlite")
        places.append(DataPlace("file", catalog, "the catalog: least and greatest values of columns, small inserts"))
    return places
