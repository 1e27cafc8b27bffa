"""Messages of databases, fit for a log: they quote the values that they failed on, which may be customers' data."""

from __future__ import annotations

import re

# Complaints about a value quote it one way or another, over several lines where it has them: nothing behind is kept.
_ABOUT_A_VALUE = re.compile(
    r"((?:Conversion|Invalid Input|Out of Range) Error: [^'\"\n:]*|Constraint Error: Duplicate key).*", re.DOTALL
)
_COLUMN = re.compile(r'source column "?(\w+)"?')
_QUOTED = re.compile(r"(?<!\w)'(?:[^'\n]|'')*'")
HIDDEN = "'…'"


def without_values(message: str) -> str:
    """One message with the values in it hidden; names of columns and tables, in double quotes, stay."""
    column = _COLUMN.search(message)
    place = f', source column "{column[1]}"' if column else ""
    return _QUOTED.sub(HIDDEN, _ABOUT_A_VALUE.sub(lambda found: f"{found[1].rstrip()} {HIDDEN}{place}", message))
