"""What dbt needs to know of the lake: environment variables that dbt_project/profiles.yml reads."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

from lake.connection import attach_options, catalog_uri, extensions_of, install_extensions
from lake.settings import Settings
from lake.time import as_of

PROJECT_DIR = Path(__file__).resolve().parent.parent / "dbt_project"


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment for a dbt process: where the lake is, and how much of the machine it may take."""
    install_extensions(extensions_of(settings))
    return {
        "LAKE_DBT_TARGET": "embedded" if settings.embedded_catalog else "postgres",
        "LAKE_DBT_CATALOG": f"ducklake:{catalog_uri(settings)}",
        "LAKE_DBT_DATA_PATH": attach_options(settings)["data_path"],
        "LAKE_DBT_THREADS": str(settings.dbt_threads),
        "LAKE_DBT_DUCKDB_THREADS": str(settings.duckdb_threads or os.cpu_count() or 1),
        "LAKE_DBT_EXTENSIONS_CHECKED": "true",
        "LAKE_DBT_MEMORY": settings.duckdb_memory,
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "DBT_TARGET_PATH": str(settings.dbt_target_dir),
        "DBT_LOG_PATH": str(settings.dbt_target_dir / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_vars(settings: Settings, day: date) -> str:
    """The variables of a night, as JSON for dbt's `--vars`."""
    return json.dumps(
        {
            "as_of": as_of(day).isoformat(),
            "own_domains": list(settings.own_domains),
            "default_region": settings.default_region,
        }
    )
