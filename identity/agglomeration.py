"""Average linkage within one component of likely pairs: groups join, the likeliest first, as long as any two may."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from identity.thresholds import (
    BEYOND_DOUBT,
    DECIDED,
    GROUPS_SPEAK_AGAINST,
    JOIN,
    NEVER_COMPARED,
    PLAUSIBLE_SIZE,
    Identifiers,
    conflict,
)


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
        if best < BEYOND_DOUBT and (self._implausible(a, b) or conflict(self.owned.get(a, {}), self.owned.get(b, {}))):
            return None
        pairs = max(count, self._comparable(a, b))
        mean = (total + NEVER_COMPARED * (pairs - count)) / pairs
        return mean if mean >= GROUPS_SPEAK_AGAINST else None

    def _implausible(self, a: int, b: int) -> bool:
        """True when two groups together would have more records than one human or company is expected to have."""
        return sum(self.told[a].values()) + sum(self.told[b].values()) > PLAUSIBLE_SIZE

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


def agglomerate(
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
