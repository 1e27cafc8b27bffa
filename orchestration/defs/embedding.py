"""Vectors of new or changed texts."""

from dataclasses import asdict
from typing import Any

from dagster import AssetKey, AssetsDefinition, MaterializeResult, ResourceParam, multi_asset

from lake.connection import connect
from lake.schemas import MEMORY
from lake.settings import Settings
from orchestration.defs import tables
from orchestration.defs.nights import NIGHTS, ONE_NIGHT_A_RUN
from orchestration.night_log import ROW_COUNT
from orchestration.progress import counter
from orchestration.transient import retried

DOCUMENTS = AssetKey([MEMORY, "documents"])
VECTORS = AssetKey(["vectors", "documents"])


def embedding_asset(verdicts: AssetKey) -> AssetsDefinition:
    """The vector store beside the lake; what fails the gate is not embedded."""
    text = "Embeddings by content hash, one folder a model; a text is embedded once."

    @multi_asset(
        name="embedding",
        specs=tables.specs([VECTORS], [DOCUMENTS, verdicts], "embedding", {"torch", "parquet"}, text),
        partitions_def=NIGHTS,
        backfill_policy=ONE_NIGHT_A_RUN,
    )
    def embed_documents(settings: ResourceParam[Settings]) -> MaterializeResult[Any]:
        from memory import embed

        with retried(), connect(settings) as con:
            report = embed(con, settings, progress=counter("embedding"))
        return MaterializeResult(asset_key=VECTORS, metadata={**asdict(report), ROW_COUNT: report.texts})

    return embed_documents
