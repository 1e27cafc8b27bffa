"""Mem0's open-source package, timed in an environment of its own: memhouse is not installed there, nor needs it.

Reads `{"model", "memories": [[customer, text], …], "queries": [[customer, text], …]}` from standard input and prints
`{"version", "add_s", "search_ms"}`. `infer=False` stores the texts as they are: no language model is asked.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import tempfile
import time
from typing import Any

os.environ |= {"MEM0_TELEMETRY": "False", "HF_HUB_OFFLINE": "1", "OPENAI_API_KEY": "never-used"}
TOP_K = 20


def main() -> None:
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MEM0_DIR"] = folder
        print(json.dumps(_timed(given, folder)))


def _timed(given: dict[str, Any], folder: str) -> dict[str, Any]:
    from mem0 import Memory  # noqa: PLC0415 (only where it is installed; reads MEM0_DIR when it is imported)

    memory = Memory.from_config(_config(given["model"], folder))
    began = time.perf_counter()
    for customer, text in given["memories"]:
        memory.add(text, user_id=customer, infer=False)
    add_s = time.perf_counter() - began
    taken = []
    for customer, query in given["queries"]:
        began = time.perf_counter()
        memory.search(query, filters={"user_id": customer}, top_k=TOP_K)
        taken.append((time.perf_counter() - began) * 1000)
    return {"version": importlib.metadata.version("mem0ai"), "add_s": add_s, "search_ms": taken}


def _config(model: str, folder: str) -> dict[str, Any]:
    """The given model, and Mem0's embedded store on disk."""
    return {
        "embedder": {"provider": "huggingface", "config": {"model": model, "embedding_dims": 384}},
        "vector_store": {
            "provider": "qdrant",
            "config": {"path": f"{folder}/qdrant", "embedding_model_dims": 384, "on_disk": True},
        },
        "llm": {"provider": "openai", "config": {"model": "never-asked"}},
        "history_db_path": f"{folder}/history.db",
    }


if __name__ == "__main__":
    main()
