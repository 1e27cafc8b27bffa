"""The ledger's laws, for any history of clusters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from identity.ledger import Assignment, Book, Event, Founding, assign, minted_id

KEYS = [f"crm:contacts:{number:02}" for number in range(12)]
DAY = {key: f"2025-06-{1 + int(key[-2:]) % 5:02}" for key in KEYS}
Partition = list[list[str]]


@st.composite
def partitions(draw: st.DrawFn) -> Partition:
    """Some of the keys, in any grouping."""
    present = draw(st.lists(st.sampled_from(KEYS), unique=True))
    groups: dict[int, list[str]] = {}
    for key in sorted(present):
        groups.setdefault(draw(st.integers(0, 3)), []).append(key)
    return [groups[name] for name in sorted(groups)]


def founding(partition: Partition) -> list[list[Founding]]:
    return [[(DAY[key], key) for key in keys] for keys in partition]


def play(history: list[Partition]) -> list[tuple[Assignment, list[Event]]]:
    """Each night's assignment, with the ledger as it stands after it."""
    before: dict[str, str] = {}
    events: list[Event] = []
    nights = []
    for partition in history:
        night = assign("person", founding(partition), before, Book.read(events))
        events = [*events, *night.events]
        before = night.ids
        nights.append((night, events))
    return nights


@given(st.lists(partitions(), min_size=1, max_size=6))
def test_every_cluster_has_one_id_and_no_two_share_one(history: list[Partition]) -> None:
    for partition, (night, _) in zip(history, play(history), strict=True):
        names = [{night.ids[key] for key in keys} for keys in partition]
        assert all(len(name) == 1 for name in names)
        assert len(set().union(*names)) == len(partition)


@given(st.lists(partitions(), min_size=1, max_size=6))
def test_an_id_belongs_to_one_founder_for_ever(history: list[Partition]) -> None:
    founders: dict[str, str] = {}
    for event in play(history)[-1][1]:
        assert founders.setdefault(event.entity_id, event.founding[1]) == event.founding[1]
        assert event.entity_id in {minted_id("person", event.founding, n) for n in range(len(KEYS))}


@given(st.lists(partitions(), min_size=2, max_size=6))
def test_no_id_changes_or_ends_without_a_row(history: list[Partition]) -> None:
    nights = play(history)
    for (old, earlier), (new, later) in pairwise(nights):
        rows = later[len(earlier) :]
        told = {event.entity_id for event in rows} | {event.other_id for event in rows}
        for key in set(old.ids) & set(new.ids):
            if old.ids[key] != new.ids[key]:
                assert old.ids[key] in told or new.ids[key] in told
        for entity in set(old.ids.values()) - set(new.ids.values()):
            assert any(e.entity_id == entity and e.event in ("merged_into", "retired") for e in rows)


@given(st.lists(partitions(), min_size=1, max_size=6))
def test_old_ids_resolve_to_living_ones_or_are_retired(history: list[Partition]) -> None:
    night, events = play(history)[-1]
    book = Book.read(events)
    living = set(night.ids.values())
    for entity in book.founders:
        current = book.current(entity)
        assert current in living or current in book.retired


@given(partitions())
def test_the_same_night_again_writes_nothing(partition: Partition) -> None:
    first, second = play([partition, partition])
    assert second[0].ids == first[0].ids
    assert second[0].events == []


@given(partitions(), partitions())
def test_new_records_rename_no_untouched_entity(partition: Partition, more: Partition) -> None:
    known = {key for keys in partition for key in keys}
    added = [[key for key in keys if key not in known] for keys in more]
    first, second = play([partition, [*partition, *(keys for keys in added if keys)]])
    assert all(second[0].ids[key] == entity for key, entity in first[0].ids.items())


@given(partitions(), st.data())
def test_merge_then_unmerge_restores(partition: Partition, data: st.DataObject) -> None:
    if len(partition) < 2:
        return
    pair = data.draw(st.sampled_from(range(len(partition) - 1)))
    merged = [keys for index, keys in enumerate(partition) if index not in (pair, pair + 1)]
    merged.append(sorted(partition[pair] + partition[pair + 1]))
    before, together, after = play([partition, merged, partition])
    assert after[0].ids == before[0].ids
    assert len(set(together[0].ids.values())) == len(partition) - 1


@given(st.integers(0, 999))
def test_split_then_unsplit_restores_whatever_the_ids_hash_to(number: int) -> None:
    """The founder leaves with the smaller part, which gets an id of its own, and comes back."""
    founder, with_it, others = (
        ("2025-01-01", f"app:groups:{number}"),
        ("2025-06-01", "x"),
        [("2025-06-01", key) for key in KEYS],
    )
    whole, parts = [[founder, with_it, *others]], [[founder, with_it], others]
    book = Book()
    first = assign("account", whole, {}, book)
    apart = assign("account", parts, first.ids, book)
    assert len(set(apart.ids.values())) == 2
    assert assign("account", whole, apart.ids, book).ids == first.ids


def test_a_merge_keeps_the_older_founder_and_a_split_the_majority() -> None:
    a, b, c, d = KEYS[5], KEYS[1], KEYS[2], KEYS[3]  # founded on 06-01, 06-02, 06-03, 06-04
    apart, merged, split = play([[[a], [b, c, d]], [[a, b, c, d]], [[a, b], [c], [d]]])
    assert set(merged[0].ids.values()) == {apart[0].ids[a]}
    assert split[0].ids[a] == apart[0].ids[a]
    assert split[0].ids[b] == apart[0].ids[a]
    assert len(set(split[0].ids.values())) == 3


def test_most_of_its_own_records_keep_an_id_that_another_was_merged_into() -> None:
    """The founder leaves, and what stays holds the record that was merged in: that undoes no merge."""
    stray, number, *own = KEYS[0], KEYS[7], *KEYS[1:4], KEYS[6], KEYS[8]
    whole = sorted([stray, *own])
    apart, together, left = play([[whole, [number]], [sorted([*whole, number])], [[stray], sorted([*own, number])]])
    assert {left[0].ids[key] for key in (*own, number)} == {apart[0].ids[stray]} == set(together[0].ids.values())
    assert left[0].ids[stray] not in apart[0].ids.values()


def test_undoing_a_merge_of_the_many_into_the_few_brings_their_id_back() -> None:
    few, many = KEYS[:1], KEYS[5:10]
    history = [[few, many], [sorted(few + many)], [few, many]]
    apart, together, again = play(history)
    assert set(together[0].ids.values()) == {apart[0].ids[few[0]]}
    assert again[0].ids == apart[0].ids


def test_an_empty_lake_gets_the_same_ids_from_the_ledger_alone() -> None:
    partition = [KEYS[:3], KEYS[3:5], KEYS[5:]]
    night, events = play([[[key] for key in KEYS], partition])[-1]
    book = Book.read(events)
    founders = {book.founders[entity][1]: entity for entity in set(book.founders) - set(book.moved) - book.retired}
    again = assign("person", founding(partition), founders, book)
    assert again.ids == night.ids
    assert again.events == []
