"""A world whose product is used in visits of many events, as real products are: the generator's events come singly."""

from __future__ import annotations

import gzip
import json
import math
import random
from datetime import datetime, timedelta
from pathlib import Path

TIMES = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")


def widen(exports: Path, visit: int, seed: int) -> None:
    """Make each product event the first of a visit: `visit` events on average, geometrically many, a second apart.

    Who uses the product on which day stays as it was, and so do all other tools' exports; a line that is broken stays one.
    """
    draw = random.Random(seed)  # noqa: S311 (a world to measure with)
    for file in sorted((exports / "segment").rglob("*.ndjson.gz")):
        lines = gzip.decompress(file.read_bytes()).decode().splitlines()
        visited = [made for line in lines for made in _visit(line, _length(draw, visit))]
        file.write_bytes(gzip.compress("\n".join(visited).encode(), mtime=0))


def _length(draw: random.Random, mean: int) -> int:
    """A geometric number of at least one."""
    return 1 + int(math.log(1 - draw.random()) / math.log(1 - 1 / mean))


def _visit(line: str, length: int) -> list[str]:
    try:
        event = json.loads(line)
        times = {name: datetime.fromisoformat(event[name]) for name in TIMES}
    except (KeyError, TypeError, ValueError):
        return [line]
    if event.get("type") not in {"track", "page"} or not event.get("messageId"):
        return [line]
    return [line] + [
        json.dumps(
            event
            | {"messageId": f"{event['messageId']}-{n}"}
            | {name: (at + timedelta(seconds=n)).isoformat() for name, at in times.items()}
        )
        for n in range(1, length)
    ]
