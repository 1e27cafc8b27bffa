"""Records that alone hold two dense groups together.

Average linkage lets one record in between when the groups' own pairs were hardly compared, or when the groups grew
around it. Seen without that record, two groups that speak against each other are two entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from identity.thresholds import DENSE, GROUPS_SPEAK_AGAINST, JOIN, NEVER_COMPARED

Weights = dict[int, dict[int, float]]
Group = list[int]


def without_bridges(told: Mapping[int, int], pairs: Iterable[tuple[int, int, float]]) -> list[Group]:
    """The groups that a cluster falls into, each sorted. `told`: its members, with the bit sets of what they tell."""
    near: Weights = {member: {} for member in told}
    for a, b, weight in pairs:
        near[a][b] = near[b][a] = max(weight, near[a].get(b, weight))
    waiting, found = [sorted(told)], []
    while waiting:
        group = waiting.pop()
        parts = _parted(group, told, near)
        if parts is None:
            found.append(group)
        else:
            waiting += parts
    return sorted(found)


def _parted(group: Group, told: Mapping[int, int], near: Weights) -> tuple[Group, Group] | None:
    """The group in two: what the first bridge holds on to and what it lets go; None where there is no bridge."""
    if len(group) <= 2 * DENSE:
        return None
    for bridge in sorted(_cut_points(group, near)):
        rest = set(group) - {bridge}
        dense = [part for part in _parts(rest, near) if len(part) >= DENSE]
        dense.sort(key=lambda part: (-sum(near[bridge].get(member, 0.0) for member in part), part))
        for part in dense[1:]:
            if _speak_against(dense[0], part, told, near):
                return sorted(set(group) - set(part)), part
    return None


def _speak_against(left: Group, right: Group, told: Mapping[int, int], near: Weights) -> bool:
    """True when the pairs across two groups lie, on average, below what groups may join at."""
    total, count = 0.0, 0
    for a in left:
        for b in right:
            weight = near[a].get(b)
            if weight is not None or told[a] & told[b]:
                total += NEVER_COMPARED if weight is None else weight
                count += 1
    return count > 0 and total / count < GROUPS_SPEAK_AGAINST


def _likely(member: int, near: Weights, among: set[int]) -> Iterator[int]:
    return (other for other, weight in near[member].items() if weight >= JOIN and other in among)


def _parts(members: set[int], near: Weights) -> list[Group]:
    """Groups connected by likely pairs."""
    left, found = set(members), []
    while left:
        part, stack = set(), [min(left)]
        while stack:
            member = stack.pop()
            if member not in part:
                part.add(member)
                stack += _likely(member, near, left)
        left -= part
        found.append(sorted(part))
    return found


def _cut_points(group: Group, near: Weights) -> set[int]:
    """Members without which likely pairs do not connect the others (Tarjan: no way round leads above them)."""
    among, found = set(group), set()
    seen: dict[int, int] = {}
    lowest: dict[int, int] = {}
    for root in group:
        if root in seen:
            continue
        seen[root] = lowest[root] = len(seen)
        branches = 0
        stack = [(root, root, _likely(root, near, among))]
        while stack:
            member, parent, others = stack[-1]
            other = next(others, None)
            if other is None:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    lowest[above] = min(lowest[above], lowest[member])
                    if above != root and lowest[member] >= seen[above]:
                        found.add(above)
                    branches += above == root
            elif other not in seen:
                seen[other] = lowest[other] = len(seen)
                stack.append((other, member, _likely(other, near, among)))
            elif other != parent:
                lowest[member] = min(lowest[member], seen[other])
        if branches > 1:
            found.add(root)
    return found
