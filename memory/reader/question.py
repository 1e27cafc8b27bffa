"""The one step that needs a model: a question to its vector. It is imported here and nowhere else in the reader."""

from __future__ import annotations

import os
from functools import cache, lru_cache

from memory.passages import passages
from memory.reader.index import Array, refuse_forked
from memory.snapshot.layout import SnapshotError
from memory.snapshot.manifest import Manifest

REMEMBERED_QUESTIONS = 1024
MAX_CHARACTERS = 8000
MAX_PARTS = 8


class OtherModelError(SnapshotError):
    """The model at hand is not the one that the snapshot's vectors were made with."""


def embed_question(manifest: Manifest, query: str) -> Array:
    """The question's vectors, one for each part of a long one, made with the model that the manifest names.

    Raises OtherModelError when the weights at hand are others: their vectors must not be compared.
    """
    model = manifest.embedding_model
    return _embedded(str(model["name"]), str(model["weights_sha256"]), query[:MAX_CHARACTERS])


@lru_cache(maxsize=REMEMBERED_QUESTIONS)
def _embedded(name: str, weights_sha256: str, query: str) -> Array:
    refuse_forked(_process())
    from memory.embedding.model import load_model  # noqa: PLC0415 (imports torch, or OpenVINO)

    model = load_model(name)
    if model.id.weights_sha256 != weights_sha256:
        raise OtherModelError(
            f"the snapshot was embedded with {name} of sha256 {weights_sha256}, here it has {model.id.weights_sha256}: "
            "use the same weights, or recall with recipe='lexical'"
        )
    vectors: Array = model.encode(parts_of(query), "query")
    vectors.setflags(write=False)
    return vectors


@cache
def _process() -> int:
    """The process in which the model is: its threads are in no other."""
    return os.getpid()


def parts_of(query: str) -> list[str]:
    """A question as it is embedded: whole when it is short, else in parts, for one vector cannot mean many things."""
    parts = [query[begin:end] for begin, end in passages(query)]
    return parts[:MAX_PARTS] or [query]
