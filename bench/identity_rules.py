"""Ten-line deterministic rules: keys and union-find."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

import pyarrow as pa


def union(records: int, keys: Iterable[tuple[int, str]]) -> list[int]:
    """Records that share a key are one."""
    parent = list(range(records))

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    first: dict[str, int] = {}
    for record, key in keys:
        parent[root(record)] = root(first.setdefault(key, record))
    return [root(record) for record in range(records)]


def _fold(text: str | None) -> str:
    plain = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode().lower()
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def mailmap_rule(records: pa.Table) -> list[int]:
    """The same e-mail unless many names share it, or the same folded name of two words or more."""
    names = [_fold(name) for name in records["raw_name"].to_pylist()]
    emails = [(email or "").lower() for email in records["raw_email"].to_pylist()]
    shared = defaultdict(set)
    for name, email in zip(names, emails, strict=True):
        shared[email].add(name)
    keys = [(row, f"e {email}") for row, email in enumerate(emails) if "@" in email and len(shared[email]) <= 3]
    keys += [(row, f"n {name}") for row, name in enumerate(names) if " " in name]
    return union(len(names), keys)


def chicago_rule(records: pa.Table) -> list[int]:
    """Phone and house number, name and house number, or address."""
    names, addresses = ([_fold(text) for text in records[column].to_pylist()] for column in ("site_name", "address"))
    phones, keys = records["phone"].to_pylist(), []
    for row, (name, address, phone) in enumerate(zip(names, addresses, phones, strict=True)):
        number = address.split(" ")[0]
        keys += [(row, f"p {phone} {number}")] if phone and number else []
        keys += [(row, f"n {name} {number}")] if name and number else []
        keys += [(row, f"a {address}")] if address else []
    return union(len(names), keys)
