"""Stable ids. An entity's id comes from its founding record; whatever happens to it is a row that is never changed.

The laws, which tests hold for any history: an id belongs to one founding record and to no other, ever; no record
changes its id without a row that says why; a merge keeps the older founder's id; a split keeps the majority's;
undoing a merge brings the old id back; a night that adds records renames no untouched entity.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

PREFIXES = {"account": "acc_", "person": "per_"}
DIGITS = 20
LINKAGE, JUDGEMENT = "linkage", "judgement"  # causes
GENERATIONS = 64  # ids of one founding record that are told apart by age

Founding = tuple[str, str]  # first drop date (ISO), record key: the order in which records found entities


class Event(NamedTuple):
    """One row of the ledger, without its time and model version. `cause` says what brought it about.

    `records`: how many an id that is merged away brought along; None in ledgers written before that was counted.
    """

    event: str  # minted, merged_into, split_from, retired
    entity_id: str
    other_id: str | None
    founding: Founding
    cause: str
    records: int | None = None


@dataclass
class Book:
    """What the ledger says now: each id's founding record, where ids that are no more have gone, and with how many."""

    founders: dict[str, Founding] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    brought: dict[str, int | None] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, events: Iterable[Event]) -> Book:
        """Play the ledger from its first row."""
        book = cls()
        for event in events:
            book.apply(event)
        return book

    def apply(self, event: Event) -> None:
        """Take one event into account."""
        self.founders.setdefault(event.entity_id, event.founding)
        self.moved.pop(event.entity_id, None)
        self.retired.discard(event.entity_id)
        if event.event == "merged_into" and event.other_id:
            self.moved[event.entity_id] = event.other_id
            self.brought[event.entity_id] = event.records
        elif event.event == "retired":
            self.retired.add(event.entity_id)

    def living(self) -> set[str]:
        """Ids that have neither moved nor been retired."""
        return set(self.founders) - set(self.moved) - self.retired

    def buried(self) -> dict[str, list[str]]:
        """Founding record key → ids that it founded and that were merged away, oldest founder first."""
        found: dict[str, list[str]] = {}
        for entity in sorted(self.moved, key=lambda entity: (self.founders[entity], entity)):
            found.setdefault(self.founders[entity][1], []).append(entity)
        return found

    def current(self, entity_id: str) -> str:
        """The id that an old id has become: itself while it lives."""
        seen = {entity_id}
        while entity_id in self.moved and self.moved[entity_id] not in seen:
            entity_id = self.moved[entity_id]
            seen.add(entity_id)
        return entity_id


def minted_id(entity_type: str, founding: Founding, generation: int = 0) -> str:
    """The id of the entity that a record founds; a later generation when the record's first id stayed with others."""
    text = founding[1] if generation == 0 else f"{founding[1]}#{generation}"
    return PREFIXES.get(entity_type, "ent_") + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:DIGITS]


@dataclass(frozen=True)
class Assignment:
    """Ids by record key, and the rows to append to the ledger."""

    ids: dict[str, str]
    events: list[Event]


def assign(
    entity_type: str,
    clusters: Iterable[Iterable[Founding]],
    before: Mapping[str, str],
    book: Book,
    living: Collection[str] = (),
    same: Iterable[tuple[str, str]] = (),
    different: Iterable[tuple[str, str]] = (),
) -> Assignment:
    """Give every cluster its id. `before`: record key → id of the night before; `book` is brought up to date.

    `living`: ids of entities that are not among `before` and go on living; none of them is given to a cluster.
    `same` and `different`: the pairs of records that people judged, which some events are then the effect of.
    """
    ordered = sorted(sorted(members) for members in clusters)
    claims = _claims(ordered, before, book)
    ids: dict[str, str] = {}
    events: list[Event] = []
    taken: set[str] = set(living)
    sizes = Counter(before.values())
    fresh = []
    for index, members in enumerate(ordered):
        own = sorted(claims.get(index, ()), key=lambda entity: _age(entity_type, entity, book.founders[entity]))
        if not own:
            fresh.append(members)
            continue
        taken.add(own[0])
        ids |= dict.fromkeys((key for _, key in members), own[0])
        events += [_merged(loser, own[0], book, sizes[loser]) for loser in own[1:]]
    for event in events:
        book.apply(event)
    buried = book.buried() if fresh else {}
    for members in fresh:
        events.append(_found(entity_type, members, before, book, buried, taken))
        ids |= dict.fromkeys((key for _, key in members), events[-1].entity_id)
    events += _moves(ids, before, taken, events, book)
    gone = {entity for entity in before.values() if entity in book.founders} - taken
    for entity in sorted(gone - set(book.moved) - book.retired):
        events.append(Event("retired", entity, None, book.founders[entity], "no records left"))
        book.apply(events[-1])
    decided = {frozenset((before.get(a), before.get(b))) for a, b in same}
    decided |= {frozenset((ids.get(a), ids.get(b))) for a, b in different}
    return Assignment(ids, [_by_judgement(event, decided) for event in events])


def _merged(entity: str, into: str, book: Book, records: int) -> Event:
    return Event("merged_into", entity, into, book.founders[entity], LINKAGE, records)


def _by_judgement(event: Event, decided: Collection[frozenset[str | None]]) -> Event:
    """The event with its true cause where people decided what became of its two entities."""
    return event._replace(cause=JUDGEMENT) if frozenset((event.entity_id, event.other_id)) in decided else event


def _age(entity_type: str, entity: str, founding: Founding) -> tuple[Founding, int, str]:
    """What tells the older of two ids: its founding; of those that one record founded, the generation."""
    minted = (at for at in range(GENERATIONS) if minted_id(entity_type, founding, at) == entity)
    return founding, next(minted, GENERATIONS), entity


def _moves(
    ids: Mapping[str, str], before: Mapping[str, str], living: set[str], events: list[Event], book: Book
) -> list[Event]:
    """Rows for records that went from one living entity to another: the one took them from the other."""
    told = {(event.entity_id, event.other_id or "") for event in events}
    moves = {(entity, before[key]) for key, entity in ids.items() if key in before and before[key] != entity}
    return [
        Event("split_from", entity, other, book.founders[entity], "records moved")
        for entity, other in sorted(moves - told)
        if other in living
    ]


def _claims(ordered: list[list[Founding]], before: Mapping[str, str], book: Book) -> dict[int, list[str]]:
    """Cluster index → ids it inherits: each id goes to the cluster with most of its records, then with its founder."""
    votes: dict[str, Counter[int]] = {}
    home = {key: index for index, members in enumerate(ordered) for _, key in members}
    for key, index in home.items():
        if key in before:
            votes.setdefault(before[key], Counter())[index] += 1
    former: dict[str, dict[int, list[str]]] = {}
    for founder, entities in book.buried().items():
        for entity in entities if founder in home else ():
            former.setdefault(book.current(entity), {}).setdefault(home[founder], []).append(entity)
    claims: dict[int, list[str]] = {}
    for entity in sorted(votes):
        founder_home = home.get(book.founders[entity][1])
        undone = {
            index
            for index, merged in former.get(entity, {}).items()
            if index != founder_home and not _holds_most(votes[entity], index, [book.brought[id_] for id_ in merged])
        }
        open_to = [index for index in votes[entity] if index not in undone] or list(votes[entity])
        best = max(open_to, key=lambda index: (votes[entity][index], index == founder_home, -index))
        claims.setdefault(best, []).append(entity)
    return claims


def _holds_most(votes: Counter[int], index: int, brought: list[int | None]) -> bool:
    """True when a cluster has most of an id's own records, even if all that others `brought` into it are its own.

    A cluster that has only what was brought undoes the merge.
    """
    lent = sum(records or 0 for records in brought)
    return None not in brought and 2 * (votes[index] - lent) > votes.total() - lent


def _found(
    entity_type: str,
    members: list[Founding],
    before: Mapping[str, str],
    book: Book,
    buried: Mapping[str, list[str]],
    taken: set[str],
) -> Event:
    """Mint an id, or bring back the one that the founding record had before it was merged away."""
    origin = Counter(before[key] for _, key in members if key in before) if before else {}
    source = max(sorted(origin), key=lambda other: origin[other]) if origin else None
    known = [entity for _, key in members for entity in buried.get(key, ()) if entity not in taken] if buried else []
    back = [entity for entity in known if book.current(entity) == source]
    entity, founding, generation = (back[0], book.founders[back[0]], 0) if back else ("", members[0], 0)
    while not entity or entity in taken:
        entity = minted_id(entity_type, founding, generation)
        generation += 1
    taken.add(entity)
    event = Event("split_from" if source else "minted", entity, source, book.founders.get(entity, founding), LINKAGE)
    book.apply(event)
    return event
