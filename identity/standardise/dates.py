"""Dates of birth as `YYYY-MM-DD` text, which every engine compares alike."""

from __future__ import annotations

import re

_ISO = re.compile(r"^(-?\d{4})-?(\d{2})-?(\d{2})")
_SLASHED = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")


def birth_date(text: str | None) -> str | None:
    """Read ISO, compact and slashed dates; a first number above twelve is a day, else the American order is taken."""
    bare = text.strip() if text else ""
    if found := _ISO.match(bare):
        return "-".join(found.groups())
    if found := _SLASHED.match(bare):
        first, second, year = (int(part) for part in found.groups())
        month, day = (second, first) if first > 12 else (first, second)
        return f"{year:04}-{month:02}-{day:02}"
    return bare or None


def swapped_date(date: str | None) -> str | None:
    """Month and day exchanged: the same day as others may have written it."""
    if date is None or len(date) != len("YYYY-MM-DD"):
        return None
    return f"{date[:4]}-{date[8:]}-{date[5:7]}"
