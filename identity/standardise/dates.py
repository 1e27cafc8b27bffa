"""Dates of birth as `YYYY-MM-DD` text, which every engine compares alike."""

from __future__ import annotations

import re

_ISO = re.compile(r"^(-?\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)")
_PARTS = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]{3})[a-z]*[-/., ]+(\d{4}|\d{2})$")
_MONTH_FIRST = re.compile(r"^([a-z]{3})[a-z]*[-/. ]+(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# People born in '29 and before are rarer among customers than those born a century later.
_FIRST_OF_LAST_CENTURY = 30


def birth_date(text: str | None) -> str | None:
    """Read ISO, compact, slashed and written dates, also with two digits of the year; other text is kept as it is.

    Of two numbers, one above twelve is the day; else the American order is taken.
    """
    bare = text.strip().lower() if text else ""
    if found := _ISO.match(bare):
        return "-".join(found.groups())
    if found := _PARTS.match(bare):
        first, second = int(found[1]), int(found[2])
        return _written(found[3], *((second, first) if first > 12 else (first, second)))
    if (found := _MONTH_FIRST.match(bare)) and found[1] in _MONTHS:
        return _written(found[3], _MONTHS.index(found[1]) + 1, int(found[2]))
    if (found := _DAY_FIRST.match(bare)) and found[2] in _MONTHS:
        return _written(found[3], _MONTHS.index(found[2]) + 1, int(found[1]))
    return bare or None


def _written(year: str, month: int, day: int) -> str:
    whole = int(year) if len(year) == len("1970") else 1900 + int(year)
    if len(year) == len("70") and int(year) < _FIRST_OF_LAST_CENTURY:
        whole += 100
    return f"{whole:04}-{month:02}-{day:02}"


def swapped_date(date: str | None) -> str | None:
    """Month and day exchanged: the same day as others may have written it."""
    if date is None or len(date) != len("YYYY-MM-DD"):
        return None
    return f"{date[:4]}-{date[8:]}-{date[5:7]}"
