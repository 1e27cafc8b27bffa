"""From what was said when, the facts as they should be reconciled: which value held from when to when."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from data.demo.model import Claim
from data.demo.truth import CLOSERS, Truth

SINGLE = frozenset({"contact_preference", "contact_time", "language", "renewal_intent", "departure", "role_change"})
EVENTS = frozenset({"sentiment", "satisfaction"})
Stated = tuple[datetime, str, Claim, str]


def settle(truth: Truth) -> None:
    """Write one fact for each value that an entity held for a while."""
    number = 0
    for entity in sorted(truth.stated):
        said = sorted(truth.stated[entity], key=lambda item: (_attribute(item), item[0], item[1]))
        for attribute, group in groupby(said, key=_attribute):
            if attribute in EVENTS:
                continue
            for value, begin, end, about, keys, closed_by in settled(attribute, list(group)):
                number += 1
                truth.add(
                    "facts",
                    {
                        "fact_id": f"F{number:06d}",
                        "entity_type": about,
                        "entity_id": entity,
                        "attribute": attribute,
                        "value": value,
                        "valid_at": begin,
                        "invalid_at": end,
                        "record_keys": keys,
                        "closed_by": closed_by,
                    },
                )


def _attribute(item: Stated) -> str:
    attribute = item[2].attribute
    return CLOSERS[attribute][0] if attribute in CLOSERS else attribute


Row = tuple[str, datetime, datetime | None, str, list[str], str | None]


def settled(attribute: str, said: list[Stated]) -> list[Row]:
    """What was said of one attribute of one entity, in any order, as what held from when to when."""
    return (_single if attribute in SINGLE else _multi)(sorted(said, key=lambda item: (item[0], item[1])))


def _single(said: list[Stated]) -> list[Row]:
    """One value at a time: the next different one closes it, the same one again strengthens it."""
    rows: list[Row] = []
    for at, key, claim, about in said:
        if rows and rows[-1][0] == claim.value:
            rows[-1][4].append(key)
            continue
        if rows:
            value, begin, _, entity_type, keys, _ = rows[-1]
            rows[-1] = (value, begin, at, entity_type, keys, key)
        rows.append((claim.value, at, None, about, [key], None))
    return rows


def _multi(said: list[Stated]) -> list[Row]:
    """Every value stands by itself until something closes it, and begins anew when it is said again after that."""
    open_rows: dict[str, Row] = {}
    rows: list[Row] = []
    for at, key, claim, about in said:
        current = open_rows.get(claim.value)
        if claim.attribute in CLOSERS:
            if current:
                value, begin, _, entity_type, keys, _ = open_rows.pop(claim.value)
                rows.append((value, begin, at, entity_type, keys, key))
        elif current:
            current[4].append(key)
        else:
            open_rows[claim.value] = (claim.value, at, None, about, [key], None)
    return rows + list(open_rows.values())
