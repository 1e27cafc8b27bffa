"""Random streams by purpose, so that what one part draws never moves what another draws."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *purpose: object) -> Random:
    """A generator that depends on the seed and the purpose alone, the same on every machine."""
    key = f"{seed}|" + "|".join(str(part) for part in purpose)
    return Random(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big"))


def poisson(rng: Random, mean: float) -> int:
    """A Poisson draw: Knuth's product for small means, a rounded normal above 30 where the two agree."""
    if mean <= 0:
        return 0
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def weighted(rng: Random, table: Mapping[T, float]) -> T:
    """One key of the table, drawn by its weight; the order of the table is part of the draw."""
    return rng.choices(list(table), weights=list(table.values()))[0]


def chance(rng: Random, probability: float) -> bool:
    """True with the probability."""
    return rng.random() < probability


def some(rng: Random, items: Sequence[T], count: int) -> list[T]:
    """Up to `count` different items in a drawn order."""
    return rng.sample(list(items), min(count, len(items)))
