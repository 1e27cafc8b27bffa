"""Memory measured: `python bench/memory.py [--data DIR] [--parts extraction,reconciliation,…] [--json]`.

Prints figures and asserts nothing. Sets that are not there are skipped with a message; a part that fails prints a row
with `failed`, the others go on, and the exit status is 1. `extraction`, `reconciliation` and `tokens` build a small demo
of their own (`--seed`) unless `--demo` names a folder with one's lake and truth; `--sample N` prints N observations of
the public dialogues to be judged by a person instead.

On two cores `retrieval` takes six to eight minutes, for it embeds some 19,000 memories and half as many chunks to compare
with; `embedding` and `nightly` take some minutes together, and so does building the small demo.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # this file is called like the package that it measures

from bench.failures import told  # noqa: E402
from bench.memory_demo import Demo, demo_lake  # noqa: E402
from bench.memory_embedding import measure_embedding  # noqa: E402
from bench.memory_extraction import measure_extraction, sample_dialogues  # noqa: E402
from bench.memory_latency import LEAST_MEMORIES, measure_recall  # noqa: E402
from bench.memory_nightly import measure_nightly  # noqa: E402
from bench.memory_peer import measure_peer  # noqa: E402
from bench.memory_reconciliation import measure_reconciliation  # noqa: E402
from bench.memory_retrieval import measure_retrieval  # noqa: E402
from bench.memory_tokens import measure_tokens  # noqa: E402

DATA = ROOT.parent / "shared" / "data"


@dataclass
class Chosen:
    """What the command line asks for; the demo is built when first needed, and once."""

    data: Path
    memories: int
    lent: ExitStack
    folder: Path | None
    seed: int
    mem0: Path | None

    @cached_property
    def demo(self) -> Demo:
        """The demo's lake and truth."""
        return self.lent.enter_context(demo_lake(self.folder, self.seed))


PARTS: dict[str, Callable[[Chosen], Iterable[dict[str, Any]]]] = {
    "extraction": lambda chosen: measure_extraction(chosen.data, chosen.demo),
    "reconciliation": lambda chosen: measure_reconciliation(chosen.demo),
    "retrieval": lambda chosen: measure_retrieval(chosen.data),
    "tokens": lambda chosen: measure_tokens(chosen.demo),
    "embedding": lambda chosen: measure_embedding(chosen.data),
    "nightly": lambda chosen: measure_nightly(chosen.data),
    "recall": lambda chosen: measure_recall(chosen.memories),
    "peer": lambda chosen: measure_peer(chosen.data, chosen.mem0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with memory/ and interactions/")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--memories", type=int, default=200_000, help="memories of the recall part")
    parser.add_argument("--demo", type=Path, help="folder with a demo's lake and truth; default: build a small one")
    parser.add_argument("--seed", type=int, default=7, help="seed of the small demo, and of the sample")
    parser.add_argument("--mem0", type=Path, help="a Python that has mem0ai, for the peer part")
    parser.add_argument("--sample", type=int, default=0, help="print so many observations of the dialogues, to judge")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    args = parser.parse_args()
    parts = args.parts.split(",")
    if unknown := sorted(set(parts) - set(PARTS)):
        parser.error(f"--parts: no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if args.memories < LEAST_MEMORIES:
        parser.error(f"--memories: at least {LEAST_MEMORIES}")
    for file in ("lake/catalog.sqlite", "truth/world.ndjson") if args.demo else ():
        if not (args.demo / file).exists():
            parser.error(f"--demo: {args.demo / file} is not there: `memhouse demo` writes a lake and its truth")
    failed = False
    with ExitStack() as lent:
        chosen = Chosen(args.data, args.memories, lent, args.demo, args.seed, args.mem0)
        asked = {part: partial(PARTS[part], chosen) for part in parts}
        if args.sample:
            asked = {"sample": partial(sample_dialogues, args.data, args.sample, args.seed)}
        for part, measure in asked.items():
            for row in told({"part": part}, measure):
                print(json.dumps(row) if args.json else _line(**row), flush=True)
                failed |= "failed" in row
    sys.exit(failed)


def _line(part: str, **figures: Any) -> str:
    return f"{part:14} " + "  ".join(f"{name} {value}" for name, value in figures.items())


if __name__ == "__main__":
    main()
