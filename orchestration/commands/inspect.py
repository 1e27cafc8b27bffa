"""`memhouse status`: what the last nights did, what is published, who is writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from lake.schemas import LAKE, QUARANTINE
from lake.settings import Settings
from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import out, print_json, print_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RUNS_SHOWN = 5


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(lake: Lake = None, as_json: AsJson = False) -> None:
    """Show the last nights, the published snapshot, failed checks, and whether a night is running now."""
    settings = settings_of(lake)
    found = read_status(settings)
    print_json(found) if as_json else _show(found)


def read_status(settings: Settings) -> dict[str, Any]:
    """Everything `status` shows. Raises LakeNotFoundError before the first night."""
    from dataclasses import asdict

    from lake import ops
    from lake.connection import connect
    from lake.lock import lock_holder
    from memory.snapshot.layout import NoSnapshotError, SnapshotError
    from orchestration.published import current_manifest

    with connect(settings, read_only=True) as con:
        runs = ops.last_runs(con, RUNS_SHOWN)
        if not lock_holder(settings):  # the next night will note it
            runs = [{**run, "status": "interrupted"} if run["status"] == "running" else run for run in runs]
        stages = ops.stages_of(con, runs[0]["run_id"]) if runs else []
        checks = ops.checks_of(con, runs[0]["run_id"]) if runs else []
        waiting = _quarantined(con)
    try:
        manifest = current_manifest(settings)
        published = {"snapshot_id": manifest.snapshot_id, "day": manifest.day, "lake_version": manifest.lake_version}
        published |= {"rows": manifest.row_counts, "folder": str(settings.snapshots_dir / manifest.snapshot_id)}
    except NoSnapshotError:
        published = {}
    except SnapshotError as error:
        published = {"damaged": str(error)}
    return {
        "lake": str(settings.lake),
        "published": published,
        "writer": asdict(holder) if (holder := lock_holder(settings)) else None,
        "runs": runs,
        "stages": [asdict(stage) for stage in stages],
        "quarantine": waiting,
        "failed_checks": [asdict(check) for check in checks if not check.passed],
    }


def _quarantined(con: DuckDBPyConnection) -> dict[str, int]:
    """Rows by source that could not be read or typed."""
    from lake.tables import tables_of_lake

    if (QUARANTINE, "rejected_rows") not in tables_of_lake(con):
        return {}
    count = f"select source, count(*) from {LAKE}.{QUARANTINE}.rejected_rows group by source order by source"
    return dict(con.execute(count).fetchall())


def _show(found: dict[str, Any]) -> None:
    out.print(f"Lake: {found['lake']}", highlight=False)
    if found["writer"]:
        out.print(f"Being written by {found['writer']['purpose']} (process {found['writer']['pid']})", highlight=False)
    published = found["published"]
    if "damaged" in published:
        out.print(f"[red]The published snapshot is damaged:[/] {published['damaged']}", highlight=False)
    elif published:
        out.print(f"Published: [bold]{published['snapshot_id']}[/] at lake version {published['lake_version']}")
        out.print(", ".join(f"{name} {rows:,}" for name, rows in sorted(published["rows"].items())), highlight=False)
    else:
        out.print("Nothing is published yet: run `memhouse run`.")
    columns = ("day", "status", "started_at", "ended_at", "snapshot_id", "error")
    print_table(columns, [[run[name] for name in columns] for run in found["runs"]], title="Last nights")
    rows = [
        (s["stage"], s["status"], f"{s['seconds']:.1f} s", f"{sum(s['row_counts'].values()):,}")
        for s in found["stages"]
    ]
    print_table(("stage", "outcome", "time", "rows in its tables"), rows, title="The newest night's stages")
    if waiting := found["quarantine"]:
        sources = ", ".join(f"{source} {rows:,}" for source, rows in waiting.items())
        out.print(f"In quarantine: {sum(waiting.values()):,} rows ({sources})", highlight=False)
        out.print('  see why: memhouse sql --head "from quarantine.rejected_rows"', highlight=False, markup=False)
    for check in found["failed_checks"]:
        out.print(f"{check['severity']}: {check['target']}: {check['name']}: {check['observed']}", highlight=False)
        out.print(f"  {check['remedy']}", highlight=False, markup=False)
