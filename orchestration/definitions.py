"""What Dagster loads: `dagster dev -m orchestration.definitions`, or `memhouse ui`."""

from __future__ import annotations

from dagster import Definitions

from orchestration.defs.house import build_definitions

defs: Definitions = build_definitions()
