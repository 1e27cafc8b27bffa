"""Embedding: texts a second beside a plain `encode` call on the same texts in the same run."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
from sentence_transformers import SentenceTransformer

from memory.embedding.model import PACKAGED_MODEL, EmbeddingModel, _location, load_model

TEXTS = 3000
CHUNK = 250  # texts that each embeds in turn: what else the machine does comes and goes


def measure_embedding(data: Path) -> list[dict[str, Any]]:
    source = data / "memory" / "beam" / "messages.parquet"
    if not source.exists():
        return [{"skipped": f"{source} is not there"}]
    texts = draw_texts(source, TEXTS)
    plain = SentenceTransformer(str(_location(PACKAGED_MODEL)))
    ours: EmbeddingModel = load_model()
    plain.encode(texts[:64])
    ours.encode(texts[:64])
    pairs = [_in_turns(plain, ours, texts[begin : begin + CHUNK]) for begin in range(0, len(texts), CHUNK)]
    seconds = np.asarray([pair[:2] for pair in pairs])
    times = seconds[:, 0] / seconds[:, 1]
    cosines = np.concatenate([pair[2] for pair in pairs])
    rates = CHUNK / np.median(seconds, axis=0)
    return [
        {
            "texts": len(texts),
            "precision": ours.precision,
            "plain_per_s": round(float(rates[0])),
            "ours_per_s": round(float(rates[1])),
            "times_median": round(float(np.median(times)), 2),
            "cosine_min": round(float(cosines.min()), 4),
            "cosine_mean": round(float(cosines.mean()), 4),
            "times": " ".join(f"{value:.2f}" for value in times),
        }
    ]


def _in_turns(
    plain: SentenceTransformer, ours: EmbeddingModel, texts: list[str]
) -> tuple[float, float, npt.NDArray[np.float32]]:
    """Seconds of a plain `encode` and of ours, and the cosines between the two."""
    began = time.perf_counter()
    exact = plain.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    between = time.perf_counter()
    fast = ours.encode(texts)
    done = time.perf_counter()
    return between - began, done - between, (exact * fast).sum(axis=1)


def draw_texts(source: Path, count: int) -> list[str]:
    """Texts of 10 to 60 words, as messages and statements are."""
    draw = random.Random(0)  # noqa: S311 (a seeded draw, no secret)
    words = " ".join(t for t in pq.read_table(source).column("text").to_pylist()[:300] if t).split()
    lengths = [draw.randint(10, 60) for _ in range(count)]
    return [" ".join(words[at : at + n]) for n in lengths for at in [draw.randrange(len(words) - n)]]
