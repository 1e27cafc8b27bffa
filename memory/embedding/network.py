"""A model's network: texts to tokens, and a batch of tokens to vectors; here as published, by torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

GPU_BATCH_TOKENS = 65_536  # a GPU waits for its next batch unless each is large
# Rows x padded length of one batch: what fits the caches of one processor.
BATCH_TOKENS = {"bfloat16": 2048, "float32": 1024}

Tokens = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


class Network(Protocol):
    """What `EmbeddingModel` needs of a network. `workers` run batches side by side."""

    dimension: int
    max_tokens: int
    pad_id: int
    prompts: dict[str, str]  # by role, for models trained with them
    batch_tokens: int
    workers: ThreadPoolExecutor

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, cut to `max_tokens`."""

    def forward(self, ids: Tokens, mask: Tokens) -> Vectors:
        """Vectors of one padded batch, not yet of length one."""


class TorchNetwork:
    """The network as sentence-transformers loads it, in bfloat16 or float32. Imports torch."""

    def __init__(self, folder: Path, dtype: Literal["bfloat16", "float32"]) -> None:
        import torch  # noqa: PLC0415 (seconds to import, and most of what a reader is asked needs no embedding)
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415

        with quiet_transformers():
            self.model = SentenceTransformer(str(folder), model_kwargs={"dtype": getattr(torch, dtype)})
        self.model.eval()
        self._torch = torch
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = int(self.model.max_seq_length or 512)
        self.pad_id = int(self.model.tokenizer.pad_token_id or 0)
        self.prompts = {role: prompt or "" for role, prompt in (self.model.prompts or {}).items()}
        # Batches side by side on one thread each, not one batch on all threads: those wait for each other within every
        # layer, which on a busy machine cost more than half of the speed, and most of a single question's time.
        on_cpu = self.model.device.type == "cpu"
        self.batch_tokens = BATCH_TOKENS[dtype] if on_cpu else GPU_BATCH_TOKENS
        threads = os.cpu_count() or 1 if on_cpu else 1
        self.workers = ThreadPoolExecutor(threads, "embedding", initializer=torch.set_num_threads, initargs=(1,))

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, cut to `max_tokens`."""
        encoded = self.model.tokenizer(
            list(texts), truncation=True, max_length=self.max_tokens, padding=False, return_attention_mask=False
        )
        rows: list[list[int]] = encoded["input_ids"]
        return rows

    def forward(self, ids: Tokens, mask: Tokens) -> Vectors:
        """Vectors of one padded batch, not yet of length one."""
        features = {"input_ids": self._torch.from_numpy(ids), "attention_mask": self._torch.from_numpy(mask)}
        features = {name: tensor.to(self.model.device) for name, tensor in features.items()}
        with self._torch.inference_mode():
            vectors: Vectors = self.model(features)["sentence_embedding"].float().cpu().numpy()
        return vectors


class quiet_transformers:  # noqa: N801 (reads as a function)
    """Keep transformers' progress bars and hints off the terminal: the callers show their own."""

    def __enter__(self) -> None:
        from transformers.utils import logging  # noqa: PLC0415

        self._logging: Any = logging
        self._was_on: bool = logging.is_progress_bar_enabled()
        self._verbosity: int = logging.get_verbosity()
        self._logging.disable_progress_bar()
        self._logging.set_verbosity_error()

    def __exit__(self, *_: object) -> None:
        self._logging.set_verbosity(self._verbosity)
        if self._was_on:
            self._logging.enable_progress_bar()
