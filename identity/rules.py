"""Which rules made what a lake keeps of its records: identity's code, libraries that read values, the region."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("anyascii", "duckdb", "ftfy", "nicknames", "phonenumbers", "splink", "tldextract")
CODE = Path(__file__).parent


@cache
def code_version() -> str:
    """Hash of all the package's code, over which the rules are spread, and of the libraries' versions."""
    digest = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    for path in sorted(CODE.rglob("*.py")):
        digest.update(f"\0{path.relative_to(CODE).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def rules_version(region: str) -> str:
    """What a record's features depend on beside the record."""
    return f"{code_version()} {region}"
