"""Embedding: texts a second beside a plain `encode` call on the same texts in the same run."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sentence_transformers import SentenceTransformer

from memory.embedding.model import PACKAGED_MODEL, EmbeddingModel, _location, load_model

TEXTS = 1500
ROUNDS = 3


def measure_embedding(data: Path) -> list[dict[str, Any]]:
    source = data / "memory" / "beam" / "messages.parquet"
    if not source.exists():
        return [{"skipped": f"{source} is not there"}]
    texts = draw_texts(source, TEXTS)
    plain = SentenceTransformer(str(_location(PACKAGED_MODEL)))
    ours: EmbeddingModel = load_model()
    plain.encode(texts[:64])
    ours.encode(texts[:64])
    rates: dict[str, list[float]] = {"plain": [], "ours": []}
    for _ in range(ROUNDS):  # in turns, so that whatever else runs slows both
        began = time.perf_counter()
        exact = plain.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        rates["plain"].append(len(texts) / (time.perf_counter() - began))
        began = time.perf_counter()
        fast = ours.encode(texts)
        rates["ours"].append(len(texts) / (time.perf_counter() - began))
    cosines = (exact * fast).sum(axis=1)
    best = {name: max(found) for name, found in rates.items()}
    return [
        {
            "texts": len(texts),
            "precision": ours.precision,
            "plain_per_s": round(best["plain"]),
            "ours_per_s": round(best["ours"]),
            "times": round(best["ours"] / best["plain"], 2),
            "cosine_min": round(float(cosines.min()), 4),
            "cosine_mean": round(float(cosines.mean()), 4),
            "rounds": " ".join(f"{o / p:.2f}x" for o, p in zip(rates["ours"], rates["plain"], strict=True)),
        }
    ]


def draw_texts(source: Path, count: int) -> list[str]:
    """Texts of 10 to 60 words, as messages and statements are."""
    draw = random.Random(0)  # noqa: S311 (a seeded draw, no secret)
    words = " ".join(t for t in pq.read_table(source).column("text").to_pylist()[:300] if t).split()
    lengths = [draw.randint(10, 60) for _ in range(count)]
    return [" ".join(words[at : at + n]) for n in lengths for at in [draw.randrange(len(words) - n)]]
