"""What agents read: one snapshot, by any identifier. Imports no pipeline, and a model only for a question's vector."""

from memory.reader.answers import RecallAnswer, Recalled, RecallRequest
from memory.reader.errors import (
    AmbiguousIdentifierError,
    Candidate,
    LookupFailedError,
    NotAllowedError,
    UnknownIdentifierError,
)
from memory.reader.filters import BadRequestError
from memory.reader.find import Match
from memory.reader.snapshot import Snapshot
from memory.snapshot.layout import DamagedSnapshotError, NoSnapshotError, SnapshotError

__all__ = [
    "AmbiguousIdentifierError",
    "BadRequestError",
    "Candidate",
    "DamagedSnapshotError",
    "LookupFailedError",
    "Match",
    "NoSnapshotError",
    "NotAllowedError",
    "RecallAnswer",
    "RecallRequest",
    "Recalled",
    "Snapshot",
    "SnapshotError",
    "UnknownIdentifierError",
]
