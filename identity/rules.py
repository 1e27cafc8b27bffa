"""Which rules made what a lake keeps of its records: identity's code, libraries that read values, the region."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from identity.standardise.lists import LISTS

LIBRARIES = ("anyascii", "duckdb", "ftfy", "nicknames", "phonenumbers", "splink", "tldextract")
CODE = Path(__file__).parent


@cache
def code_version() -> str:
    """Hash of the code, over which the rules are spread, of the lists that it reads, and of the libraries' versions."""
    digest = hashlib.sha256(" ".join(version(name) for name in LIBRARIES).encode())
    code = {path.relative_to(CODE).as_posix(): path for path in CODE.rglob("*.py")}
    for name, path in sorted({**code, **{path.name: path for path in LISTS}}.items()):
        digest.update(f"\0{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def rules_version(region: str) -> str:
    """What a record's features depend on beside the record."""
    return f"{code_version()} {region}"
