"""dbt's manifest, parsed at first use and again whenever the project changes. Needs no lake."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock

from lake.dbt import PROJECT_DIR

PARSED = "partial_parse.msgpack"
ARTIFACTS = (PARSED, "manifest.json")  # the manifest last: its presence says that all are there
OUTPUT_FOLDERS = {"target", "logs", "dbt_packages"}


class DbtParseError(RuntimeError):
    """The dbt project cannot be parsed; the message is dbt's own."""


def manifest_dir() -> Path:
    """Folder of the parsed project: dbt's usual one, or `DBT_TARGET_PATH`."""
    return Path(os.environ.get("DBT_TARGET_PATH", PROJECT_DIR / "target"))


def load_manifest(project: Path = PROJECT_DIR) -> Mapping[str, Any]:
    """The project's manifest; parses the project first where it changed. Raises DbtParseError."""
    folder = manifest_dir()
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "manifest.sha256"
    with FileLock(folder / "manifest.lock"):
        fingerprint = project_fingerprint(project)
        if not ((folder / "manifest.json").exists() and stamp.exists() and stamp.read_text() == fingerprint):
            stamp.unlink(missing_ok=True)
            _parse(project, folder)
            stamp.write_text(fingerprint)
        manifest: Mapping[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def project_fingerprint(project: Path = PROJECT_DIR) -> str:
    """Hash of every file that dbt reads, and of dbt's version."""
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    for path in sorted(project.rglob("*")):
        relative = path.relative_to(project)
        if path.is_file() and relative.parts[0] not in OUTPUT_FOLDERS and not path.name.startswith("."):
            digest.update(f"\0{relative.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _parse(project: Path, folder: Path) -> None:
    """Have dbt parse in a folder beside, then move its artifacts into place."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        paths = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", scratch]
        quiet = ["--log-level", "none", "--log-path", scratch, "--no-send-anonymous-usage-stats"]
        done = dbtRunner().invoke([*quiet, "parse", *paths])
        if not done.success:
            raise DbtParseError(f"dbt cannot parse {project}:\n{done.exception}")
        for name in ARTIFACTS:
            Path(scratch, name).replace(folder / name)


if __name__ == "__main__":  # what set-up runs, so that the first night need not
    load_manifest()
