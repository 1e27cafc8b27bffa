"""`memhouse doctor`: is everything in place, and what to do where it is not."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from lake.settings import Settings
from orchestration.commands.errors import FAILED
from orchestration.commands.options import AsJson, Exports, Lake, settings_of
from orchestration.commands.output import out, print_json_lines, print_table

NEEDED = (
    "dagster", "dagster-dbt", "dagster-webserver", "dbt-core", "dbt-duckdb", "dlt", "duckdb", "great-expectations",
    "lancedb", "mcp", "openvino", "sentence-transformers", "splink", "torch",
)  # fmt: skip
SETUP = "run `make setup`, or install requirements.lock into this environment"
LEAST_FREE_BYTES = 2 * 1024**3
NAMED_FILES = 3  # of those that are not recognised


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do about it."""

    check: str
    ok: bool
    found: str
    advice: str = ""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(exports: Exports = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """Check installation, extensions, model, settings and folders, and say what to do."""
    settings = settings_of(lake, exports)
    findings = [look(settings) for look in LOOKS]
    if as_json:
        print_json_lines(asdict(finding) for finding in findings)
    else:
        rows = [("ok" if f.ok else "PROBLEM", f.check, f.found, "" if f.ok else f.advice) for f in findings]
        print_table(("", "check", "found", "what to do"), rows)
        out.print("All is well." if all(f.ok for f in findings) else "See the last column.")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAILED)


def _python(_: Settings) -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", (3, 11) <= sys.version_info[:2] < (3, 14), found, "use Python 3.11, 3.12 or 3.13")


def _packages(_: Settings) -> Finding:
    missing = []
    for name in NEEDED:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    return Finding("packages", not missing, f"missing: {', '.join(missing)}" if missing else "all there", SETUP)


def _extensions(_: Settings) -> Finding:
    import duckdb

    from lake.connection import EXTENSIONS, install_extensions

    try:
        install_extensions()
        with duckdb.connect() as con:
            for extension in EXTENSIONS:
                con.execute(f"load {extension}")
    except (duckdb.Error, ImportError, OSError) as error:
        return Finding("DuckDB extensions", ok=False, found=str(error).strip(), advice=SETUP)
    return Finding("DuckDB extensions", ok=True, found=", ".join(EXTENSIONS))


def _dbt(_: Settings) -> Finding:
    from orchestration.dbt_manifest import DbtParseError, load_manifest

    try:
        manifest = load_manifest()
    except (DbtParseError, OSError, ImportError) as error:
        return Finding("dbt project", ok=False, found=str(error), advice=SETUP)
    models = sum(node["resource_type"] == "model" for node in manifest["nodes"].values())
    return Finding("dbt project", ok=True, found=f"{models} models, dbt {manifest['metadata']['dbt_version']}")


def _model(settings: Settings) -> Finding:
    from memory.embedding.model import ModelError, identify
    from memory.embedding.precision import fastest_precision

    try:
        found = identify(settings.embedding_model)
    except (ModelError, OSError, ImportError) as error:
        return Finding("embedding model", ok=False, found=str(error), advice=f"set embedding_model, or {SETUP}")
    name = f"{found.name} ({found.weights_sha256[:12]}), fastest in {fastest_precision()} here"
    return Finding("embedding model", ok=True, found=name)


def _writable(settings: Settings) -> Finding:
    probe = settings.lake / ".doctor"
    advice = "choose a folder that you may write to with `lake`, on a local disk; who only reads needs not to"
    try:
        settings.lake.mkdir(parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return Finding("lake folder", ok=False, found=str(error), advice=advice)
    closed = next(_closed(settings), None)
    if closed:
        advice = "another user wrote there: make all of the lake folder yours (`chown -R`)"
        return Finding("lake folder", ok=False, found=f"{closed} may not be written", advice=advice)
    return Finding("lake folder", ok=True, found=str(settings.lake))


def _closed(settings: Settings) -> Iterator[Path]:
    """What a night writes in the lake folder and this user may not; published snapshots themselves never change."""
    for folder, below, files in os.walk(settings.lake):
        path = Path(folder)
        if path == settings.snapshots_dir:
            below.clear()
        wanted = [path / name for name in files] if path == settings.lake else []
        yield from (place for place in (path, *wanted) if not os.access(place, os.W_OK))


def _space(settings: Settings) -> Finding:
    home = next(folder for folder in (settings.lake, *settings.lake.parents) if folder.exists())
    free = shutil.disk_usage(home).free
    return Finding(
        "disk space", free >= LEAST_FREE_BYTES, f"{free / 1024**3:.1f} GB free", "free some space, or move the lake"
    )


def _exports(settings: Settings) -> Finding:
    from ingestion import ExportsNotFoundError, SourcesError, survey

    try:
        found = survey(settings.exports)
    except (ExportsNotFoundError, SourcesError) as error:
        return Finding(
            "exports",
            ok=False,
            found=str(error),
            advice="create the folder, or set `exports`; `memhouse demo` makes one",
        )
    text = f"{len(found.files)} files recognised, {len(found.unknown)} not, in {settings.exports}"
    for unknown in found.unknown[:NAMED_FILES]:
        text += f"\n{unknown.name}: {unknown.reason}"
    if len(found.unknown) > NAMED_FILES:
        text += f"\n… and {len(found.unknown) - NAMED_FILES} more, which `memhouse run` lists"
    return Finding("exports", ok=True, found=text)


def _lake(settings: Settings) -> Finding:
    import duckdb

    from lake.connection import LakeNotFoundError, LakeNotReadableError, connect, lake_version
    from lake.files import bad_files

    try:
        with connect(settings, read_only=True) as con:
            version, bad = lake_version(con), bad_files(con, settings)
    except LakeNotFoundError:
        return Finding("lake", ok=True, found="none yet: `memhouse run` makes it")
    except LakeNotReadableError as error:
        return Finding("lake", ok=False, found=str(error), advice="see what was found")
    except duckdb.Error as error:
        return Finding(
            "lake", ok=False, found=str(error).strip(), advice="the catalog cannot be opened; restore it, or set `lake`"
        )
    if bad:
        return Finding(
            "lake",
            ok=False,
            found=f"{bad[0].path} of {bad[0].table} is missing or cut off; such files: {len(bad)}",
            advice="restore the lake folder from a backup, or build another from the exports and its `identity/` "
            "folder (docs/identity.md, Ids that stay)",
        )
    return Finding("lake", ok=True, found=f"version {version}")


def _snapshot(settings: Settings) -> Finding:
    from memory.snapshot.layout import NoSnapshotError, SnapshotError, find_snapshot
    from memory.snapshot.verify import check_files

    try:
        return Finding("snapshot", ok=True, found=check_files(find_snapshot(settings.snapshots_dir)).snapshot_id)
    except NoSnapshotError:
        return Finding("snapshot", ok=True, found="none yet: `memhouse run` publishes one")
    except SnapshotError as error:
        return Finding("snapshot", ok=False, found=str(error), advice="run the newest night again: it publishes anew")


LOOKS: tuple[Callable[[Settings], Finding], ...] = (
    _python, _packages, _extensions, _dbt, _model, _writable, _space, _exports, _lake, _snapshot,
)  # fmt: skip
