"""Which project built a stage's tables: rows of an older one in an incremental table are not what this would write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from lake.dbt import dbt_vars
from lake.settings import Settings
from orchestration.dbt_manifest import project_fingerprint


@contextmanager
def building(settings: Settings, stage: str, *, is_whole: bool) -> Iterator[list[str]]:
    """The arguments with which to build: a full refresh where other models or settings built the tables before.

    Leaves a mark when a whole stage was built; a build that was cut off leaves none, and the next one refreshes.
    """
    mark = settings.dbt_target_dir / "built" / f"{stage}.sha256"
    fingerprint = _fingerprint(settings)
    if mark.exists() and mark.read_text() == fingerprint:
        yield []
        return
    mark.unlink(missing_ok=True)
    yield ["--full-refresh"]
    if is_whole:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(fingerprint)


def _fingerprint(settings: Settings) -> str:
    """Hash of the models and of the settings that they read, `as_of` aside: what depends on it is built every night."""
    variables = json.loads(dbt_vars(settings, date.min))
    del variables["as_of"]
    return hashlib.sha256(json.dumps([project_fingerprint(), variables], sort_keys=True).encode()).hexdigest()
