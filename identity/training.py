"""Training without labels: expectation maximisation over Splink's comparison vectors, held by documented priors.

u comes from random pairs, m and the prior from candidate pairs. Every share is estimated together with the prior
share in `comparisons.py`, which counts as `PRIOR_MATCHES` (`PRIOR_PAIRS`) observations: little data stay near
the prior, much data leave it. All samples are chosen by hash, so training again gives the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from identity.comparisons import comparisons
from identity.levels import Comparison
from identity.parameters import Parameters, settings
from identity.scoring import score
from identity.specification import Specification

PRIOR_MATCHES = 40.0
PRIOR_PAIRS = 200.0
SAMPLED_PAIRS = 400_000
RANDOM_PAIRS = 300_000
SEED = 7
ITERATIONS = 30
CONVERGED = 1e-4
# At most one pair in ten is taken for a match before anything is known: for inputs of a few records.
LARGEST_PRIOR = 0.1

Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Comparison vectors: level index by pair and comparison (-1: says nothing), and the sum of rarity adjustments."""

    levels: NDArray[np.int64]
    rarity: Weights


def train_parameters(con: DuckDBPyConnection, specification: Specification, features: str, pairs: str) -> Parameters:
    """Estimate the parameters of a specification's model from its features and candidate pairs."""
    compared = comparisons(specification)
    records = _count(con, features)
    candidates = _count(con, pairs)
    possible = max(1.0, records * (records - 1) / 2)
    start = _untrained(specification, compared, records)
    rate = min(1.0, SAMPLED_PAIRS / max(1, candidates))
    chosen = "" if rate >= 1 else f"where hash(join_key_l, join_key_r) % 1000000 < {int(rate * 1_000_000)}"
    con.execute(f"create or replace table training_pairs as select * from {pairs} {chosen}")
    _write_random_pairs(con, records)
    blocked = _sample(con, features, "training_pairs", start, compared)
    random = _sample(con, features, "random_pairs", start, compared)
    trained = _maximise(start, compared, blocked, random, rate, possible)
    con.execute("drop table training_pairs")
    con.execute("drop table random_pairs")
    return trained


def _count(con: DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _write_random_pairs(con: DuckDBPyConnection, records: int) -> None:
    """Distinct pairs of unique ids (0 … records-1), near RANDOM_PAIRS of them, or all where there are fewer."""
    order = np.random.default_rng(SEED).permutation(records)
    strides = min(max(0, records // 2), max(1, RANDOM_PAIRS // max(1, records)))
    left = np.tile(order, strides)[:RANDOM_PAIRS]
    right = np.concatenate([np.roll(order, -stride) for stride in range(1, strides + 1)] or [order[:0]])[:RANDOM_PAIRS]
    drawn = pa.table({"join_key_l": np.minimum(left, right), "join_key_r": np.maximum(left, right)})
    con.register("drawn_pairs", drawn)
    con.execute("create or replace table random_pairs as select distinct *, '0' as match_key from drawn_pairs")
    con.unregister("drawn_pairs")


def _untrained(specification: Specification, compared: list[Comparison], records: int) -> Parameters:
    return Parameters(
        entity_type=specification.entity_type,
        prior=min(LARGEST_PRIOR, 1.0 / max(1, records)),
        m={c.name: _normal([level.m for level in c.levels]) for c in compared},
        u={c.name: _normal([*(level.u for level in c.levels[:-1]), 1.0]) for c in compared},
    )


def _normal(shares: list[float]) -> list[float]:
    total = sum(shares)
    return [share / total for share in shares]


def _probe(start: Parameters, compared: list[Comparison]) -> Parameters:
    """A model whose weight for a level is the level's number: Splink's weights then name the levels."""
    return replace(
        start,
        m={c.name: [0.5] * len(c.levels) for c in compared},
        u={c.name: [0.5 * 2.0 ** -(index + 1) for index in range(len(c.levels))] for c in compared},
    )


def _sample(
    con: DuckDBPyConnection, features: str, pairs: str, start: Parameters, compared: list[Comparison]
) -> Sample:
    """Score pairs once for their comparison vectors; rarity adjustments are kept free of u."""
    probe = _probe(start, compared)
    model = settings(probe, compared, by_parts=False)
    model.retain_intermediate_calculation_columns = True
    weighed = {c.name for c in compared if any(level.rarity for level in c.levels)}
    columns = [f"mw_{c.name}" for c in compared] + [f"mw_tf_adj_{name}" for name in sorted(weighed)]
    score(con, features, pairs, model, "training_scores", keep="".join(f', "{name}"' for name in columns))
    quoted = ", ".join(f'"{name}"' for name in columns)
    found = con.execute(f"select {quoted} from training_scores order by unique_id_l, unique_id_r").fetchnumpy()
    con.execute("drop table training_scores")
    count = len(found[columns[0]])
    levels = np.empty((count, len(compared)), dtype=np.int64)
    rarity = np.zeros(count)
    for index, comparison in enumerate(compared):
        levels[:, index] = np.rint(np.asarray(found[f"mw_{comparison.name}"], dtype=float)).astype(np.int64) - 1
        if comparison.name in weighed:
            rarity += np.asarray(found[f"mw_tf_adj_{comparison.name}"], dtype=float)
            rarity -= _u_in_rarity(comparison, probe.u[comparison.name])[levels[:, index]]
    return Sample(levels, rarity)


def _u_in_rarity(comparison: Comparison, u: list[float]) -> Weights:
    """What log2 u each level's rarity adjustment contains, by level; the last entry serves 'says nothing'."""
    base = []
    for index, level in enumerate(comparison.levels):
        of = index
        if level.relative:
            of = next(
                i for i, other in enumerate(comparison.levels) if other.rarity == level.rarity and not other.relative
            )
        base.append(level.rarity_weight * np.log2(u[of]) if level.rarity else 0.0)
    return np.array([*base, 0.0])


def _maximise(
    start: Parameters, compared: list[Comparison], blocked: Sample, random: Sample, rate: float, possible: float
) -> Parameters:
    m = [np.array(start.m[c.name]) for c in compared]
    u = [np.array(start.u[c.name]) for c in compared]
    priors = [row.copy() for row in m]
    prior = start.prior
    matches = np.zeros(len(blocked.rarity))
    for _ in range(ITERATIONS):
        before = [row.copy() for row in m]
        unlikely = 1 - _probabilities(random, compared, m, u, prior)
        u = [_u_shares(c, random.levels[:, i], unlikely, m[i], prior) for i, c in enumerate(compared)]
        matches = _probabilities(blocked, compared, m, u, prior)
        most = [_most_different(c, row) for c, row in zip(compared, u, strict=True)]
        m = [_m_shares(most[i], blocked.levels[:, i], matches / rate, priors[i]) for i in range(len(compared))]
        prior = min(LARGEST_PRIOR, (matches.sum() / rate + 0.5) / (possible + 5))
        if max(np.abs(new - old).max() for new, old in zip(m, before, strict=True)) < CONVERGED:
            break
    seen = [float((matches * (blocked.levels[:, i] >= 0)).sum() / rate) for i in range(len(compared))]
    return Parameters(
        entity_type=start.entity_type,
        prior=float(prior),
        m={c.name: row.tolist() for c, row in zip(compared, m, strict=True)},
        u={c.name: row.tolist() for c, row in zip(compared, u, strict=True)},
        sources={
            c.name: "trained" if count >= PRIOR_MATCHES else "prior" for c, count in zip(compared, seen, strict=True)
        },
        pairs=len(blocked.rarity),
    )


def _probabilities(
    sample: Sample, compared: list[Comparison], m: list[Weights], u: list[Weights], prior: float
) -> Weights:
    weight = np.full(len(sample.rarity), np.log2(prior / (1 - prior))) + sample.rarity
    for index, comparison in enumerate(compared):
        by_level = np.append(np.log2(m[index] / u[index]), 0.0) + _u_in_rarity(comparison, u[index].tolist())
        weight += by_level[sample.levels[:, index]]
    return np.asarray(1 / (1 + np.exp2(-np.clip(weight, -60, 60))))


def _most_different(comparison: Comparison, u: Weights) -> float:
    """The largest share of matches whose values differ: that they do never speaks for a match, however rare it is."""
    return min(comparison.most_different, float(u[-1])) if comparison.ends_in_difference else 1.0


def _m_shares(most: float, levels: NDArray[np.int64], matches: Weights, prior: Weights) -> Weights:
    """Shares of the levels among matches; the last one's is at most `most`."""
    told = levels >= 0
    counts = np.bincount(levels[told], weights=matches[told], minlength=len(prior))
    shares = (counts + PRIOR_MATCHES * prior) / (counts.sum() + PRIOR_MATCHES)
    if shares[-1] > most:  # what is learnt are not entities but something that groups records: neighbours, branches
        shares[:-1] *= (1 - most) / (1 - shares[-1])
        shares[-1] = most
    return np.asarray(shares)


def _u_shares(
    comparison: Comparison, levels: NDArray[np.int64], unlikely: Weights, m: Weights, prior: float
) -> Weights:
    told = levels >= 0
    expected = np.array([*(level.u for level in comparison.levels[:-1]), 1.0])
    expected /= expected.sum()
    counts = np.bincount(levels[told], weights=unlikely[told], minlength=len(expected))
    shares = (counts + PRIOR_PAIRS * expected) / (counts.sum() + PRIOR_PAIRS)
    floor = 0.5 / (counts.sum() + 1)
    for index, level in enumerate(comparison.levels):
        if level.trust is not None:
            shares[index] = prior * m[index] * (1 - level.trust) / level.trust
        elif shares[index] < floor:
            shares[index] = min(floor, expected[index])
    return np.asarray(shares)
