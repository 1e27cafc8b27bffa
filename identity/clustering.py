"""Scored pairs → entities. Pairs may chain strangers together; average linkage looks at whole groups instead.

Two groups join when some pair of theirs is a likely match and all their pairs together do not speak against it.
Pairs that were never compared shared no key, which is itself evidence against, unless they had nothing to compare.
Two groups that hold different identifiers of one system are two entities unless some pair is beyond doubt: what
makes their other pairs likely is a name, which namesakes share. Judgements outweigh every score.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

# All in bits of match weight (log2 odds); one setting for every data set.
JOIN = 0.0
NEVER_COMPARED = -4.0
GROUPS_SPEAK_AGAINST = -3.0
LEAST, MOST = -10.0, 15.0
# What the best pair of two groups must say when the groups' identifiers conflict: more than a name alone does.
DESPITE_CONFLICT = 10.0
# A judgement's weight: more than all scores of the largest group can add up to.
DECIDED = 1e9

Ids = NDArray[np.int64]
Weights = NDArray[np.float64]
Pair = tuple[int, int]
# Values by system.
Identifiers = dict[str, set[str]]


def cluster(
    records: int,
    left: Ids,
    right: Ids,
    weight: Weights,
    same: Sequence[Pair] = (),
    different: Sequence[Pair] = (),
    told: Ids | None = None,
    identifiers: Mapping[int, Sequence[str]] | None = None,
) -> Ids:
    """The cluster of each record 0 … records-1, named by its smallest member.

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
    inside = np.flatnonzero(components[left] == components[right])
    left, right, weight = left[inside], right[inside], weight[inside]
    doubtful = _doubtful(components, left, weight)
    doubtful[_conflicting(components, owned)] = True
    unsettled = np.flatnonzero(doubtful[components[left]])
    for members, edges in _groups(components, doubtful, left, unsettled):
        masks = dict.fromkeys(members, 1) if told is None else {member: int(told[member]) for member in members}
        pairs = zip(left[edges].tolist(), right[edges].tolist(), weight[edges].tolist(), strict=True)
        local = _agglomerate(masks, pairs, {member: owned[member] for member in members if member in owned})
        for member, label in local.items():
            labels[member] = label
    return labels


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
    return np.asarray((size > 1) & (lacking > worst - GROUPS_SPEAK_AGAINST))


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


class _Groups:
    """Groups under agglomeration: between two groups, the sum, number and best of their compared pairs."""

    def __init__(
        self, members: dict[int, int], edges: Iterable[tuple[int, int, float]], owned: dict[int, Identifiers]
    ) -> None:
        self.owned = {member: {system: set(values) for system, values in of.items()} for member, of in owned.items()}
        self.told = {member: {mask: 1} for member, mask in members.items()}
        self.version = dict.fromkeys(members, 0)
        self.parent = {member: member for member in members}
        self.near: dict[int, dict[int, tuple[float, int, float]]] = {member: {} for member in members}
        for a, b, weight in edges:
            total, count, best = self.near[a].get(b, (0.0, 0, -DECIDED))
            self.near[a][b] = self.near[b][a] = (total + weight, max(1, count), max(best, weight))

    def score(self, a: int, b: int) -> float | None:
        """Mean weight of all comparable pairs between two groups; None when they must stay apart."""
        total, count, best = self.near[a][b]
        if best < JOIN:  # most neighbours in a large component: nothing else need be known
            return None
        if best < DESPITE_CONFLICT and self._conflict(a, b):
            return None
        pairs = max(count, self._comparable(a, b))
        mean = (total + NEVER_COMPARED * (pairs - count)) / pairs
        return mean if mean >= GROUPS_SPEAK_AGAINST else None

    def _conflict(self, a: int, b: int) -> bool:
        """True when two groups have identifiers of one system and none in common."""
        left, right = self.owned.get(a, {}), self.owned.get(b, {})
        return any(values.isdisjoint(right[system]) for system, values in left.items() if system in right)

    def likely(self, a: int) -> list[int]:
        """The neighbours of a group with which some pair is a likely match."""
        return [other for other, (_, _, best) in self.near[a].items() if best >= JOIN]

    def _comparable(self, a: int, b: int) -> int:
        """How many pairs across two groups have something to compare."""
        left, right = self.told[a], self.told[b]
        if len(left) == len(right) == 1:
            (mask, many), (other, others) = *left.items(), *right.items()
            return many * others if mask & other else 0
        return sum(many * others for mask, many in left.items() for other, others in right.items() if mask & other)

    def merge(self, a: int, b: int) -> int:
        """Join two groups under the one with more neighbours; its name."""
        if (len(self.near[a]), -a) < (len(self.near[b]), -b):
            a, b = b, a
        self.parent[b] = a
        for mask, many in self.told.pop(b).items():
            self.told[a][mask] = self.told[a].get(mask, 0) + many
        for system, values in self.owned.pop(b, {}).items():
            self.owned.setdefault(a, {}).setdefault(system, set()).update(values)
        self.version[a] += 1
        del self.near[a][b]
        for other, (total, count, best) in self.near.pop(b).items():
            if other == a:
                continue
            del self.near[other][b]
            old = self.near[a].get(other, (0.0, 0, -DECIDED))
            joined = (old[0] + total, old[1] + count, max(old[2], best))
            self.near[a][other] = self.near[other][a] = joined
        return a

    def named(self) -> dict[int, int]:
        """Each member's group, named by its smallest member."""
        roots = {member: self._root(member) for member in self.parent}
        smallest: dict[int, int] = {}
        for member in sorted(roots):
            smallest.setdefault(roots[member], member)
        return {member: smallest[root] for member, root in roots.items()}

    def _root(self, member: int) -> int:
        while self.parent[member] != member:
            member = self.parent[member]
        return member


def _agglomerate(
    members: dict[int, int], edges: Iterable[tuple[int, int, float]], owned: dict[int, Identifiers]
) -> dict[int, int]:
    """Join groups, the likeliest first, as long as any two may join. Ties go by member number. `members`: bit sets."""
    groups = _Groups(members, edges, owned)
    heap: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        score = groups.score(a, b)
        if score is not None:
            low, high = (a, b) if a < b else (b, a)
            heapq.heappush(heap, (-score, low, high, groups.version[low], groups.version[high]))

    for a in members:
        for b in groups.likely(a):
            if a < b:
                offer(a, b)
    while heap:
        _, a, b, version_a, version_b = heapq.heappop(heap)
        alive = a in groups.near and b in groups.near
        if not alive or (groups.version[a], groups.version[b]) != (version_a, version_b):
            continue
        joined = groups.merge(a, b)
        for other in groups.likely(joined):
            offer(joined, other)
    return groups.named()
