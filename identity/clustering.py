"""Scored pairs → entities. Pairs may chain strangers together; average linkage looks at whole groups instead.

Two groups join when some pair of theirs is a likely match and all their pairs together do not speak against it.
Pairs that were never compared shared no key, which is itself evidence against, unless they had nothing to compare.
Two groups that hold different identifiers of one system, or that would be implausibly large, are two entities unless
some pair is beyond doubt: what makes their other pairs likely is a name, which namesakes share. A record that alone
holds two dense groups together is a bridge and is cut. Judgements outweigh every score: two records decided to be
different never share an entity, and the groups of two decided to be the same become one, whole, whatever else is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from identity.agglomeration import agglomerate
from identity.bridges import without_bridges
from identity.thresholds import (
    BEYOND_DOUBT,
    DECIDED,
    DENSE,
    GROUPS_SPEAK_AGAINST,
    JOIN,
    LEAST,
    MOST,
    NEVER_COMPARED,
    PLAUSIBLE_SIZE,
    Identifiers,
    conflict,
)

Ids = NDArray[np.int64]
Weights = NDArray[np.float64]
Pair = tuple[int, int]

# Why a likely pair is kept apart.
GROUPS, IDENTIFIERS, SIZE, BRIDGE = (
    "the other pairs of the two groups speak against it",
    "the two groups have different identifiers of one system",
    f"together they would have more than {PLAUSIBLE_SIZE} records",
    "one record alone holds the two groups together",
)


class Clusters(NamedTuple):
    """`labels`: the cluster of each record, named by its smallest member; `apart`: likely pairs kept apart, and why."""

    labels: Ids
    apart: dict[Pair, str]


def cluster(
    records: int,
    left: Ids,
    right: Ids,
    weight: Weights,
    same: Sequence[Pair] = (),
    different: Sequence[Pair] = (),
    told: Ids | None = None,
    identifiers: Mapping[int, Sequence[str]] | None = None,
) -> Clusters:
    """The clusters of the records 0 … records-1.

    `left`, `right`, `weight` are the scored pairs, each once; `same` and `different` are decided pairs.
    `told`: for each record a bit set of the features it has; records without a common bit have nothing to compare.
    `identifiers`: of the records that have any, as `system:value`.
    """
    owned = {member: _by_system(values) for member, values in (identifiers or {}).items()}
    decided = np.array([*same, *different], dtype=np.int64).reshape(-1, 2)
    verdicts = np.array([DECIDED] * len(same) + [-DECIDED] * len(different))
    left = np.concatenate([left, decided.min(axis=1, initial=records)])
    right = np.concatenate([right, decided.max(axis=1, initial=-1)])
    weight = np.concatenate([np.clip(weight, LEAST, MOST), verdicts])
    joined = weight >= JOIN
    components = connected(records, left[joined], right[joined])
    labels = _smallest_members(components)
    # What is decided to be the same joins groups that the scores have made: first, it would tear a record from its own.
    inside = np.flatnonzero((components[left] == components[right]) & (weight < DECIDED))
    left, right, weight = left[inside], right[inside], weight[inside]
    doubtful = _doubtful(components, left, weight)
    doubtful[_conflicting(components, owned)] = True
    doubtful[components[np.array(same, dtype=np.int64).reshape(-1)]] = True
    masks = np.ones(records, dtype=np.int64) if told is None else told
    unsettled = np.flatnonzero(doubtful[components[left]])
    for members, edges in _groups(components, doubtful, left, unsettled):
        local = agglomerate(
            {member: int(masks[member]) for member in members},
            zip(left[edges].tolist(), right[edges].tolist(), weight[edges].tolist(), strict=True),
            {member: owned[member] for member in members if member in owned},
        )
        labels[list(local)] = list(local.values())
    bridged = labels.copy()
    _cut_bridges(labels, left, right, weight, masks)
    _unite(labels, same, different)
    return Clusters(labels, _apart(labels, bridged, left, right, weight, owned))


def _unite(labels: Ids, same: Sequence[Pair], different: Sequence[Pair]) -> None:
    """Make the groups of each pair decided to be the same one, unless two of their records are decided to differ."""
    if not same:
        return
    groups = {int(labels[record]): {int(labels[record])} for pair in (*same, *different) for record in pair}
    against: dict[int, set[int]] = {group: set() for group in groups}
    root = {group: group for group in groups}
    for a, b in different:
        against[int(labels[a])].add(int(labels[b]))
        against[int(labels[b])].add(int(labels[a]))
    for a, b in same:
        one, other = sorted((root[int(labels[a])], root[int(labels[b])]))
        if one == other or against[one] & groups[other]:
            continue
        groups[one] |= groups[other]
        against[one] |= against[other]
        root |= dict.fromkeys(groups.pop(other), one)
    joined = np.arange(len(labels))
    joined[list(root)] = list(root.values())
    labels[:] = joined[labels]


def _cut_bridges(labels: Ids, left: Ids, right: Ids, weight: Weights, told: Ids) -> None:
    """Give the groups that only a bridge holds together labels of their own."""
    large = np.bincount(labels, minlength=len(labels)) > 2 * DENSE
    inside = np.flatnonzero((labels[left] == labels[right]) & large[labels[left]])
    for members, edges in _groups(labels.copy(), large, left, inside):
        pairs = zip(left[edges].tolist(), right[edges].tolist(), weight[edges].tolist(), strict=True)
        for group in without_bridges({member: int(told[member]) for member in members}, pairs):
            labels[group] = group[0]


def _apart(
    labels: Ids, bridged: Ids, left: Ids, right: Ids, weight: Weights, owned: Mapping[int, Identifiers]
) -> dict[Pair, str]:
    """The likely pairs whose records are in two clusters, and why; `bridged`: the clusters before bridges were cut.

    What somebody decided to keep apart is not among them.
    """
    size = np.bincount(labels, minlength=len(labels))
    held: dict[int, Identifiers] = {}
    for member, identifiers in owned.items():
        for system, values in identifiers.items():
            held.setdefault(int(labels[member]), {}).setdefault(system, set()).update(values)
    found = {}
    different = weight <= -DECIDED
    decided = set(zip(labels[left[different]].tolist(), labels[right[different]].tolist(), strict=True))
    parted = (weight >= JOIN) & (weight < DECIDED) & (labels[left] != labels[right])
    for at in np.flatnonzero(parted).tolist():
        a, b = int(labels[left[at]]), int(labels[right[at]])
        if (a, b) in decided or (b, a) in decided:
            continue
        reason = GROUPS
        if bridged[left[at]] == bridged[right[at]]:
            reason = BRIDGE
        elif weight[at] < BEYOND_DOUBT and conflict(held.get(a, {}), held.get(b, {})):
            reason = IDENTIFIERS
        elif weight[at] < BEYOND_DOUBT and size[a] + size[b] > PLAUSIBLE_SIZE:
            reason = SIZE
        found[int(left[at]), int(right[at])] = reason
    return found


def _by_system(values: Sequence[str]) -> Identifiers:
    found: Identifiers = {}
    for value in values:
        found.setdefault(value.partition(":")[0], set()).add(value)
    return found


def _conflicting(components: Ids, owned: Mapping[int, Identifiers]) -> list[int]:
    """Components with more than one identifier of some system."""
    seen: dict[tuple[int, str], str] = {}
    found = set()
    for member, identifiers in owned.items():
        component = int(components[member])
        for system, values in identifiers.items():
            first = seen.setdefault((component, system), min(values))
            if values != {first}:
                found.add(component)
    return sorted(found)


def connected(records: int, left: Ids, right: Ids) -> Ids:
    """The connected component of each record 0 … records-1 under the pairs given."""
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(records, records))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _smallest_members(components: Ids) -> Ids:
    if not len(components):
        return components
    smallest = np.full(components.max() + 1, len(components), dtype=np.int64)
    np.minimum.at(smallest, components, np.arange(len(components)))
    return smallest[components]


def _doubtful(components: Ids, left: Ids, weight: Weights) -> NDArray[np.bool_]:
    """Components that may fall into several groups, by component number; `left`: pairs inside one, by one end.

    Two groups stay apart when their pairs lie, on average, below GROUPS_SPEAK_AGAINST. All that pairs of the component
    lack to reach it, summed, is more than any two groups in it can lack; where its worst likely match makes up for
    that, every member joins in whatever order, and no order need be found.
    """
    count = int(components.max()) + 1 if len(components) else 0
    size = np.bincount(components, minlength=count)
    of = components[left]
    compared = np.bincount(of, minlength=count)
    lacking = np.bincount(of, np.maximum(0.0, GROUPS_SPEAK_AGAINST - weight), count).astype(float)
    lacking[of[np.abs(weight) >= DECIDED]] = DECIDED
    lacking += np.maximum(0, size * (size - 1) // 2 - compared) * (GROUPS_SPEAK_AGAINST - NEVER_COMPARED)
    worst = np.full(count, MOST)
    sure = weight >= JOIN
    np.minimum.at(worst, of[sure], weight[sure])
    return np.asarray((size > 1) & ((lacking > worst - GROUPS_SPEAK_AGAINST) | (size > PLAUSIBLE_SIZE)))


def _groups(components: Ids, doubtful: NDArray[np.bool_], left: Ids, edges: Ids) -> Iterable[tuple[list[int], Ids]]:
    """Members and edge positions of each doubtful component."""
    members = np.flatnonzero(doubtful[components])
    members = members[np.argsort(components[members], kind="stable")]
    edges = edges[np.argsort(components[left[edges]], kind="stable")]
    of_members, of_edges = components[members], components[left[edges]]
    each = np.unique(of_members)
    starts = (np.searchsorted(of, each).tolist() for of in (of_members, of_edges))
    ends = (np.searchsorted(of, each, side="right").tolist() for of in (of_members, of_edges))
    for a, c, b, d in zip(*starts, *ends, strict=True):
        yield members[a:b].tolist(), edges[c:d]
