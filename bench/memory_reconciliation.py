"""Facts against the demo's truth: what holds now, and what held from when to when.

Three times: `end to end`, with the truth's entities, so that whatever goes wrong in extraction or in resolving
identities counts too; `known senders`, the same without what was told from telephone numbers that no tool but the
telephone's own log has, for nothing ties those to anybody; and with `entities as resolved`, where the truth's statements
are laid on the entities that the lake gave their records, so that a split person is not counted again for each of
their facts. A fact is right when entity, attribute and value agree, an interval when it also begins and ends within a
second of the truth's (open where the truth's is open). What the lake holds beyond the truth is wrong, for any entity,
in every attribute that the truth knows; `right_share` is right of (right + missed + wrong). Attributes that systems of
record alone state (owner, plan, …) are not in the truth and are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bench.memory_demo import Demo, truth_rows
from bench.memory_extraction import folded
from data.demo.facts import EVENTS, Stated, settled
from data.demo.model import Claim
from data.demo.truth import CLOSERS

Row = dict[str, Any]
Key = tuple[str, str, str]
Span = tuple[float, float]
TOLERANCE = 1.0  # seconds
OPEN = float("inf")
PHONE_LOG = "twilio"
UNKNOWN_NUMBERS = f"""
    select value from lake.identity.record_identifiers where type = 'phone'
    group by value having bool_and(split_part(record_key, ':', 1) = '{PHONE_LOG}')
"""


def measure_reconciliation(demo: Demo) -> Iterator[Row]:
    """Current facts and history by attribute and over all, for either way of telling the entities."""
    strangers = _only_numbers(demo)
    yield from _measured(demo, "end to end", _true_spans(demo))
    yield from _measured(demo, "known senders", _spans_of_known(demo), strangers)
    yield from _measured(demo, "entities as resolved", _spans_as_resolved(demo))


def _measured(
    demo: Demo, name: str, spans: dict[Key, list[Span]], left_out: frozenset[str] = frozenset()
) -> Iterator[Row]:
    held = _held_spans(demo, {attribute for _, attribute, _ in spans})
    held = {key: found for key, found in held.items() if key[0] not in left_out}
    for what, compare in (("current", _current), ("history", _history)):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for key in spans.keys() | held.keys():
            counts[key[1]] += compare(spans.get(key, []), held.get(key, []))
        for attribute, found in sorted(counts.items()):
            yield {"set": demo.name, "of": name, "facts": what, "attribute": attribute, **_figures(found)}
        yield {
            "set": demo.name,
            "of": name,
            "facts": what,
            "attribute": "all",
            **_figures(sum(counts.values(), Counter())),
        }


def wrong_facts(demo: Demo) -> Iterator[Row]:
    """Every fact that does not agree, for whoever improves reconciliation."""
    spans = _true_spans(demo)
    held = _held_spans(demo, {attribute for _, attribute, _ in spans})
    for key in sorted(spans.keys() | held.keys()):
        counts = _history(spans.get(key, []), held.get(key, []))
        if counts["missed"] or counts["wrong"]:
            yield {"key": key, "true": _readable(spans.get(key, [])), "held": _readable(held.get(key, []))}


def _figures(counts: Counter[str]) -> Row:
    right, missed, wrong = counts["right"], counts["missed"], counts["wrong"]
    total = right + missed + wrong
    return {
        "right": right,
        "missed": missed,
        "wrong": wrong,
        "of_truth": round(right / (right + missed), 3) if right + missed else None,
        "of_held": round(right / (right + wrong), 3) if right + wrong else None,
        "right_share": round(right / total, 3) if total else None,
    }


def _current(true: list[Span], held: list[Span]) -> Counter[str]:
    wanted, found = any(end == OPEN for _, end in true), any(end == OPEN for _, end in held)
    return Counter({"right": int(wanted and found), "missed": int(wanted and not found), "wrong": int(found > wanted)})


def _history(true: list[Span], held: list[Span]) -> Counter[str]:
    left, right = sorted(held), 0
    for span in sorted(true):
        match = next((other for other in left if _same(span, other)), None)
        if match:
            left.remove(match)
            right += 1
    return Counter({"right": right, "missed": len(true) - right, "wrong": len(left)})


def _same(one: Span, other: Span) -> bool:
    return all(a == b or abs(a - b) <= TOLERANCE for a, b in zip(one, other, strict=True))


def _true_spans(demo: Demo) -> dict[Key, list[Span]]:
    """The truth's facts under the lake's entity ids; an entity that the lake does not know keeps the truth's id."""
    entities = _entities(demo)
    spans: dict[Key, list[Span]] = defaultdict(list)
    for row in truth_rows(demo, "facts"):
        if row["valid_at"] <= demo.as_of:
            ends = row["invalid_at"] if row["invalid_at"] and row["invalid_at"] <= demo.as_of else None
            key = (entities.get(row["entity_id"], row["entity_id"]), row["attribute"], folded(row["value"]))
            spans[key].append((_seconds(row["valid_at"]), _seconds(ends)))
    return spans


def _spans_as_resolved(demo: Demo) -> dict[Key, list[Span]]:
    """The truth's statements settled anew on the entities of their records; what belongs to nobody is left out."""
    resolved = _resolved_records(demo)
    return _settled(demo, lambda row: resolved.get((row["record_key"], row["entity_type"])))


def _spans_of_known(demo: Demo) -> dict[Key, list[Span]]:
    """The truth's statements settled anew without those of numbers that only the telephone's log has."""
    query = f"""
        with unknown as ({UNKNOWN_NUMBERS})
        select record_key from lake.staging.stg_twilio__messages where customer_number in (from unknown)
        union select record_key from lake.staging.stg_twilio__calls where customer_number in (from unknown)
        union select record_key from lake.staging.stg_agents__events where user_id in (from unknown)
    """
    with demo.connect() as con:
        unknown = {key for (key,) in con.execute(query).fetchall()}
    entities = _entities(demo)
    return _settled(
        demo, lambda row: None if row["record_key"] in unknown else entities.get(row["entity_id"], row["entity_id"])
    )


def _only_numbers(demo: Demo) -> frozenset[str]:
    """Entities of which the lake has nothing but such numbers."""
    query = f"""
        select entity_id from lake.marts.identity_links group by entity_id
        having bool_and(record_key in (select '{PHONE_LOG}:numbers:' || value from ({UNKNOWN_NUMBERS})))
    """
    with demo.connect() as con:
        return frozenset(entity for (entity,) in con.execute(query).fetchall())


def _settled(demo: Demo, entity_of: Callable[[Row], str | None]) -> dict[Key, list[Span]]:
    """The truth's statements settled anew on the entity that each is said to be about; None leaves one out."""
    stated: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for row in truth_rows(demo, "observations"):
        entity = entity_of(row)
        if entity and row["attribute"] not in EVENTS and row["occurred_at"] <= demo.as_of:
            closes = next(
                (name for name, closer in CLOSERS.items() if closer == (row["attribute"], row["polarity"])), None
            )
            claim = Claim(row["entity_type"], closes or row["attribute"], row["value"])
            at = datetime.fromisoformat(row["occurred_at"])
            stated[entity, row["attribute"]].append((at, row["record_key"], claim, row["entity_type"]))
    spans: dict[Key, list[Span]] = defaultdict(list)
    for (entity, attribute), said in stated.items():
        for value, begin, end, *_ in settled(attribute, said):
            spans[entity, attribute, folded(value)].append((_seconds(begin), _seconds(end)))
    return spans


def _resolved_records(demo: Demo) -> dict[tuple[str, str], str]:
    """Record and kind of entity → the entity, as the lake has it."""
    query = """
        select record_key, 'account', account_id from lake.marts.interactions
        union select record_key, 'person', person_id from lake.marts.interactions
        union select record_key, entity_type, entity_id from lake.marts.identity_links
    """
    with demo.connect() as con:
        return {(key, kind): entity for key, kind, entity in con.execute(query).fetchall() if entity}


def _entities(demo: Demo) -> dict[str, str]:
    """Truth's entity → the lake's that holds most of its records."""
    with demo.connect() as con:
        links = dict(con.execute("select record_key, entity_id from lake.marts.identity_links").fetchall())
    found = {}
    for name, column in (("accounts", "account_id"), ("people", "person_id")):
        for row in truth_rows(demo, name):
            votes = Counter(links[key] for key in row["records"] if key in links)
            if votes:
                found[row[column]] = min(votes, key=lambda entity: (-votes[entity], entity))
    return found


def _held_spans(demo: Demo, attributes: set[str]) -> dict[Key, list[Span]]:
    spans: dict[Key, list[Span]] = defaultdict(list)
    with demo.connect() as con:
        rows = con.execute(
            "select entity_id, attribute, value, valid_at, invalid_at from lake.memory.fact_history"
        ).fetchall()
    for entity, attribute, value, begin, end in rows:
        if attribute in attributes:
            spans[entity, attribute, folded(value)].append((_seconds(begin), _seconds(end)))
    return spans


def _seconds(at: datetime | str | None) -> float:
    if at is None:
        return OPEN
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).timestamp()


def _readable(spans: list[Span]) -> list[str]:
    return [
        " to ".join("now" if at == OPEN else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}" for at in s)
        for s in spans
    ]
