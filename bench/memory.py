"""Recall measured: `python bench/memory.py [--data DIR] [--parts retrieval,embedding,recall] [--json]`.

Prints figures and asserts nothing. Sets that are not there are skipped with a message.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # this file is called like the package that it measures

from bench.memory_embedding import measure_embedding  # noqa: E402
from bench.memory_latency import measure_recall  # noqa: E402
from bench.memory_retrieval import measure_retrieval  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
PARTS: dict[str, Callable[[Path, int], list[dict[str, Any]]]] = {
    "retrieval": lambda data, _: measure_retrieval(data),
    "embedding": lambda data, _: measure_embedding(data),
    "recall": lambda _, memories: measure_recall(memories),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with memory/ and interactions/")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--memories", type=int, default=200_000, help="memories of the recall part")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    for part in chosen.parts.split(","):
        for row in PARTS[part](chosen.data, chosen.memories):
            print(json.dumps({"part": part, **row}) if chosen.json else f"{part:10} {_line(row)}", flush=True)


def _line(row: dict[str, Any]) -> str:
    return "  ".join(f"{name} {value}" for name, value in row.items())


if __name__ == "__main__":
    main()
