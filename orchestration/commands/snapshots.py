"""`memhouse snapshot list | verify | diff | rollback | prune`: the published snapshots, looked after."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lake.lock import writer_lock
from lake.settings import Settings
from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import err, out, print_json, print_json_lines, print_table

if TYPE_CHECKING:
    import pyarrow as pa

    from memory.snapshot.kept import KeptSnapshot

BYTES_IN_MB = 1_000_000
CUT = 60  # characters of a value in a table; --json has all
Name = Annotated[str, typer.Argument(help="Snapshot id, or its beginning.")]
NameOrLatest = Annotated[str | None, typer.Argument(help="Snapshot id, or its beginning; the current one without.")]
Shown = Annotated[int, typer.Option("--limit", min=0, help="Changes shown in the table; --json prints all.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="List, verify, compare, roll back and prune published snapshots.")
    group.command("list")(list_kept)
    group.command("verify")(verify)
    group.command("diff")(diff)
    group.command("rollback")(rollback)
    group.command("prune")(prune)
    app.add_typer(group, name="snapshot")


def list_kept(lake: Lake = None, as_json: AsJson = False) -> None:
    """List the snapshots, newest first."""
    settings = settings_of(lake)
    from memory.snapshot.kept import list_snapshots

    kept = list_snapshots(settings.snapshots_dir)
    if as_json:
        print_json_lines(asdict(snapshot) for snapshot in kept)
        return
    if not kept:
        err.print(f"No snapshot has been published in {settings.snapshots_dir}: run `memhouse run`", highlight=False)
        return
    columns = ("", "snapshot", "lake version", "memories", "MB", "model")
    print_table(columns, [_line(snapshot) for snapshot in kept], whole="snapshot")
    for problem in (snapshot.problem for snapshot in kept if snapshot.problem):
        err.print(problem, highlight=False, markup=False)
    if not any(snapshot.is_latest for snapshot in kept):
        err.print(
            "None is current: `memhouse snapshot rollback ID` makes one so, as does the next night.", highlight=False
        )


def verify(snapshot: NameOrLatest = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """Check every file's bytes, every table's rows, and the id itself against the manifest."""
    settings = settings_of(lake)
    from memory.snapshot.layout import find_snapshot
    from memory.snapshot.verify import verify as verified

    manifest = verified(find_snapshot(settings.snapshots_dir, snapshot))
    if as_json:
        print_json({"snapshot_id": manifest.snapshot_id, "files": len(manifest.files), "rows": manifest.row_counts})
        return
    rows = sum(manifest.row_counts.values())
    out.print(f"{manifest.snapshot_id} is whole: {len(manifest.files)} files, {rows:,} rows.", highlight=False)


def diff(old: Name, new: NameOrLatest = None, limit: Shown = 20, lake: Lake = None, as_json: AsJson = False) -> None:
    """Show which rows were added, removed and changed from one snapshot to another."""
    settings = settings_of(lake)
    from memory.snapshot.kept import diff_snapshots
    from memory.snapshot.layout import latest_id

    found = diff_snapshots(settings.snapshots_dir, old, new or latest_id(settings.snapshots_dir))
    if as_json:
        print_json_lines(row for batch in found.to_batches() for row in batch.to_pylist())
        return
    _show_changes(found, limit)


def rollback(snapshot: Name, lake: Lake = None, as_json: AsJson = False) -> None:
    """Make an older snapshot current, after verifying it. Nothing is removed; the next night publishes anew."""
    settings = settings_of(lake)
    from memory.snapshot import kept
    from memory.snapshot.layout import named_latest

    with writer_lock(settings, "snapshot rollback"):
        before = named_latest(settings.snapshots_dir)
        manifest = kept.rollback(settings.snapshots_dir, snapshot)
    if as_json:
        print_json({"snapshot_id": manifest.snapshot_id, "before": before or None})
        return
    out.print(f"{manifest.snapshot_id} is current; {before or 'none'} was.", highlight=False)
    if not _lake_holds(settings, manifest.lake_version):
        err.print(
            f"The lake no longer holds version {manifest.lake_version}: agents read the snapshot as ever, but "
            "`memhouse sql` and `memhouse memory stats` wait for the next night.",
            highlight=False,
        )


def _lake_holds(settings: Settings, version: int) -> bool:
    from lake.connection import connect, has_version

    with connect(settings, read_only=True) as con:
        return has_version(con, version)


def prune(
    keep: Annotated[int | None, typer.Option(min=1, help="Snapshots to keep (setting `keep_snapshots`).")] = None,
    lake: Lake = None,
    as_json: AsJson = False,
) -> None:
    """Remove old snapshots: all but the newest and the current one."""
    settings = settings_of(lake)
    gone = _pruned(settings, keep)
    if as_json:
        print_json({"removed": gone})
        return
    out.print("\n".join([*(f"removed {name}" for name in gone), f"{len(gone)} removed."]), highlight=False)


def _pruned(settings: Settings, keep: int | None) -> list[str]:
    from memory.snapshot import kept

    if not settings.snapshots_dir.is_dir():
        return []
    with writer_lock(settings, "snapshot prune"):
        return kept.prune(settings.snapshots_dir, keep or settings.keep_snapshots)


def _line(snapshot: KeptSnapshot) -> tuple[Any, ...]:
    megabytes = f"{snapshot.bytes / BYTES_IN_MB:.1f}"
    state = ("damaged" if snapshot.problem else "", "current" if snapshot.is_latest else "")
    model = Path(snapshot.embedding_model or "").name
    memories = f"{snapshot.row_counts['memories']:,}" if snapshot.row_counts else ""
    return " ".join(filter(None, state)), snapshot.snapshot_id, snapshot.lake_version, memories, megabytes, model


def _show_changes(found: pa.Table, limit: int) -> None:
    counts = found.group_by(["table_name", "change"], use_threads=False).aggregate([([], "count_all")]).to_pylist()
    if not counts:
        out.print("Nothing differs.")
        return
    print_table(("table", "change", "rows"), [(row["table_name"], row["change"], row["count_all"]) for row in counts])
    shown = found.slice(0, limit).to_pylist()
    for row in shown:
        out.print(f"{row['change']} {row['table_name']} {row['key']}", highlight=False, markup=False)
        for line in _differing(row["before"], row["after"]):
            out.print(f"    {line}", highlight=False, markup=False)
    if found.num_rows > len(shown):
        err.print(f"{found.num_rows - len(shown):,} more; --limit N shows more, --json all.", highlight=False)


def _differing(before: str | None, after: str | None) -> list[str]:
    """The columns in which a changed row differs, each with both values; a row that came or went as it is."""
    if before is None or after is None:
        return [_cut(row) for row in (before, after) if row]
    old, new = json.loads(before), json.loads(after)
    return [
        f"{name}: {_cut(_json(old.get(name)))} -> {_cut(_json(new.get(name)))}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cut(value: str) -> str:
    return value if len(value) <= CUT else value[: CUT - 1] + "…"
