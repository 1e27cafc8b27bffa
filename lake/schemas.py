"""Names of the lake's schemas, so that no other code spells them."""

from __future__ import annotations

LAKE = "lake"  # the alias under which the DuckLake is attached, in Python, dlt and dbt alike
QUARANTINE = "quarantine"
STAGING = "staging"
IDENTITY = "identity"
MARTS = "marts"
MEMORY = "memory"
OPS = "ops"
RAW_PREFIX = "raw_"


def raw_schema(source: str) -> str:
    """Schema that holds a source's rows as they were delivered."""
    return f"{RAW_PREFIX}{source}"
