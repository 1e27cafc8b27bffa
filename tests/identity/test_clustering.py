"""From scored pairs to clusters: chains are cut, judgements hold, order does not matter."""

from __future__ import annotations

from typing import Any

import numpy as np

from identity.clustering import BRIDGE, GROUPS, IDENTIFIERS, SIZE, Clusters, cluster
from identity.thresholds import DENSE, PLAUSIBLE_SIZE

Scored = list[tuple[int, int, float]]


def labels(records: int, scored: Scored, **more: Any) -> list[int]:
    return clusters(records, scored, **more).labels.tolist()


def clusters(records: int, scored: Scored, **more: Any) -> Clusters:
    left = np.array([a for a, _, _ in scored], dtype=np.int64)
    right = np.array([b for _, b, _ in scored], dtype=np.int64)
    weight = np.array([w for _, _, w in scored], dtype=float)
    return cluster(records, left, right, weight, **more)


def test_nothing_to_cluster() -> None:
    assert labels(0, []) == []
    assert labels(3, []) == [0, 1, 2]


def test_likely_matches_join_and_unlikely_ones_do_not() -> None:
    assert labels(4, [(0, 1, 8.0), (2, 3, -2.0)]) == [0, 0, 2, 3]


def test_a_bridge_does_not_join_two_groups() -> None:
    inside = [(a, b, 12.0) for group in ((0, 1, 2, 3), (4, 5, 6, 7)) for a in group for b in group if a < b]
    against = [(a, b, -9.0) for a in (0, 1, 2) for b in (4, 5, 6, 7)]
    assert labels(8, [*inside, *against, (3, 4, 2.0)]) == [0, 0, 0, 0, 4, 4, 4, 4]


def test_a_chain_of_strong_links_holds() -> None:
    assert labels(3, [(0, 1, 14.0), (1, 2, 14.0)]) == [0, 0, 0]


def test_judgements_outweigh_scores() -> None:
    scored = [(0, 1, 14.0), (0, 2, 14.0), (1, 2, 14.0)]
    apart = labels(3, scored, different=[(0, 2)])
    assert apart[0] != apart[2]
    assert labels(3, [(0, 1, -9.0)], same=[(0, 1)]) == [0, 0, 2]
    assert labels(3, [], same=[(0, 1)], different=[(1, 2)]) == [0, 0, 2]


def test_two_records_decided_to_be_the_same_make_their_groups_one_whole() -> None:
    for size in (1, 2, 6, 20):
        scored = within(range(size), range(size, 2 * size))
        assert labels(2 * size, scored, same=[(0, size)]) == [0] * 2 * size
        assert labels(2 * size, [*scored, (0, size, -9.0)], same=[(0, size)]) == [0] * 2 * size
    threes = within(range(3), range(3, 6), range(6, 9))
    assert labels(9, threes, same=[(0, 3), (4, 8)]) == [0] * 9


def test_decided_to_differ_outweighs_decided_to_be_the_same() -> None:
    assert labels(3, [], same=[(0, 1), (1, 2)], different=[(0, 2)]) == [0, 0, 2]
    pairs = within(range(4), range(4, 8))
    assert labels(8, pairs, same=[(0, 4)], different=[(3, 7)]) == [0, 0, 0, 0, 4, 4, 4, 4]


def test_the_order_of_pairs_does_not_matter() -> None:
    scored = [(0, 1, 3.0), (1, 2, 2.0), (0, 2, -7.0), (2, 3, 4.0), (1, 3, -1.0)]
    assert labels(4, scored) == labels(4, scored[::-1])


def test_two_identifiers_of_one_system_part_namesakes_but_not_a_pair_beyond_doubt() -> None:
    namesakes = [(0, 1, 14.0), (2, 3, 14.0), (0, 2, 4.0), (0, 3, 4.0), (1, 2, 4.0), (1, 3, 4.0)]
    ids = {0: ["app:a"], 2: ["app:b"]}
    assert labels(4, namesakes) == [0, 0, 0, 0]
    assert labels(4, namesakes, identifiers=ids) == [0, 0, 2, 2]
    assert labels(4, namesakes, identifiers=ids | {3: ["app:a", "app:b"]}) == [0, 0, 0, 0]
    assert labels(4, namesakes, identifiers={0: ["app:a"], 2: ["shop:b"]}) == [0, 0, 0, 0]
    assert labels(4, [*namesakes[:5], (1, 3, 12.0)], identifiers=ids) == [0, 0, 0, 0]
    assert labels(4, namesakes, identifiers=ids, same=[(1, 2)]) == [0, 0, 0, 0]


def within(*groups: range, weight: float = 12.0) -> Scored:
    """Every pair inside each group."""
    return [(a, b, weight) for group in groups for a in group for b in group if a < b]


def test_a_record_that_alone_holds_two_dense_groups_together_is_cut() -> None:
    left, right, bridge, all_of = range(DENSE), range(DENSE + 1, 2 * DENSE + 1), DENSE, 2 * DENSE + 1
    scored = within(left, right, weight=5.0) + [(a, bridge, 14.0) for a in left] + [(bridge, b, 13.0) for b in right]
    found = clusters(all_of, scored)
    assert found.labels.tolist() == [0] * (DENSE + 1) + [DENSE + 1] * DENSE
    assert found.apart == {(bridge, b): BRIDGE for b in right}
    unlikely = [(a, b, -1.0) for a in left for b in right]
    assert labels(all_of, [*scored, *unlikely]) == [0] * all_of, "what was compared does not speak against them"
    unlike = np.array([1] * DENSE + [3] + [2] * DENSE)
    assert labels(all_of, scored, told=unlike) == [0] * all_of, "what cannot be compared speaks against nobody"
    assert labels(all_of, scored, same=[(0, DENSE + 1)]) == [0] * all_of


def test_one_edge_between_two_dense_groups_is_cut() -> None:
    each = DENSE + 1
    found = clusters(2 * each, [*within(range(each), range(each, 2 * each)), (each - 1, each, 15.0)])
    assert found.labels.tolist() == [0] * each + [each] * each
    assert set(found.apart) == {(each - 1, each)}


def test_few_records_may_hang_on_one() -> None:
    ties = [(a, 2, 14.0) for a in (0, 1)] + [(2, 3, 14.0), (2, 4, 14.0)]
    assert labels(5, [*within(range(2), range(3, 5)), *ties]) == [0] * 5


def test_an_implausibly_large_group_takes_what_is_beyond_doubt_only() -> None:
    many = PLAUSIBLE_SIZE
    chain = [*within(range(many)), *[(a, many, 5.0) for a in range(many)]]
    found = clusters(many + 1, chain)
    assert found.labels.tolist() == [0] * many + [many]
    assert set(found.apart.values()) == {SIZE}
    assert labels(many + 1, [*chain[:-1], (many - 1, many, 12.0)]) == [0] * (many + 1)


def test_every_likely_pair_that_is_kept_apart_has_a_reason() -> None:
    namesakes = [(0, 1, 14.0), (2, 3, 14.0), (0, 2, 4.0), (0, 3, 4.0), (1, 2, 4.0), (1, 3, 4.0)]
    found = clusters(4, namesakes, identifiers={0: ["app:a"], 2: ["app:b"]})
    assert set(found.apart.values()) == {IDENTIFIERS}
    assert clusters(3, [(0, 1, 9.0), (1, 2, 2.0), (0, 2, -9.0)]).apart == {(1, 2): GROUPS}
    assert clusters(3, [(0, 1, 9.0), (1, 2, 8.0), (0, 2, 9.0)], different=[(1, 2)]).apart == {}, "decided, not doubtful"
