"""Messages of databases, fit for a log: they quote the values that they failed on, which may be customers' data."""

from __future__ import annotations

import re

_VALUE = re.compile(r"(?<!\w)'(?:[^'\n]|'')*'|(?<=Input: ).*", re.DOTALL)
HIDDEN = "'…'"


def without_values(message: str) -> str:
    """The message with its quoted values hidden; names of columns and tables, in double quotes, stay."""
    return _VALUE.sub(HIDDEN, message)
