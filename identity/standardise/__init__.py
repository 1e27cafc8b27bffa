"""Standardisers: named, pure functions from a value as delivered to one comparable spelling.

Light to import (no Splink, no DuckDB): the reader's lookups use `normalise_identifier` too.
"""

from identity.standardise.identifiers import normalise_identifier, normalise_name

__all__ = ["normalise_identifier", "normalise_name"]
