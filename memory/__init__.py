"""Floor 2: observations, embeddings, snapshots and recall.

Names are loaded on first use: the reader must start without what only the nightly job needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from memory.embedding.embed import EmbedReport, embed, prune_vectors
    from memory.extraction.run import ExtractionReport, endpoint_of, extract
    from memory.snapshot.publish import PublishedSnapshot, publish_snapshot

__all__ = [
    "EmbedReport",
    "ExtractionReport",
    "PublishedSnapshot",
    "embed",
    "endpoint_of",
    "extract",
    "prune_vectors",
    "publish_snapshot",
]

_HOMES = {
    "EmbedReport": "memory.embedding.embed",
    "embed": "memory.embedding.embed",
    "prune_vectors": "memory.embedding.embed",
    "PublishedSnapshot": "memory.snapshot.publish",
    "publish_snapshot": "memory.snapshot.publish",
    "ExtractionReport": "memory.extraction.run",
    "endpoint_of": "memory.extraction.run",
    "extract": "memory.extraction.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'memory' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
