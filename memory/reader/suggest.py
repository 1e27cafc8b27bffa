"""Who may be meant by an identifier that nobody has: the company of an unknown address, and names that come near."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from memory.reader.keyed import KeyedParquet

LIKENESS = 0.75  # of two spellings, from 0 to 1
MAX_NAMES = 5
LETTERS = 2  # a misspelt name that begins otherwise is not looked for
Row = dict[str, Any]


def suggested(identifiers: KeyedParquet, readings: Sequence[tuple[str, str]]) -> list[Row]:
    """Rows of `identifiers` that may be meant, nearest first; none where nothing comes near."""
    return [row for kind, value in readings for row in _near(identifiers, kind, value)]


def _near(identifiers: KeyedParquet, kind: str, value: str) -> Iterator[Row]:
    if kind == "email":
        from identity.standardise.domains import company_domain  # noqa: PLC0415 (slow to import)

        yield from identifiers.rows("domain", company_domain(value) or "").to_pylist()
    elif kind == "name":
        names = identifiers.rows("name")
        found = names.filter(pc.is_in(names.column("value"), value_set=pa.array(_alike(names, value), pa.string())))
        yield from sorted(found.to_pylist(), key=lambda row: (len(row["value"]), row["value"], row["entity_id"]))


def _alike(names: pa.Table, asked: str) -> list[str]:
    """Names that hold every word asked for, or are spelt nearly like it."""
    column = names.column("value").combine_chunks().unique()
    words = [re.escape(word) for word in asked.split()]
    holding = column
    for word in words:
        holding = holding.filter(pc.match_substring_regex(holding, rf"(?:^|\s){word}"))
    begun = column.filter(pc.starts_with(column, asked[:LETTERS])).to_pylist()
    shortest = sorted(holding.to_pylist(), key=lambda name: (len(name), name))[:MAX_NAMES]
    return list(dict.fromkeys([*shortest, *get_close_matches(asked, begun, MAX_NAMES, LIKENESS)]))[:MAX_NAMES]
