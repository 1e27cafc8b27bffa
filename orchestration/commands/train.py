"""`memhouse train`: estimate the linkage model anew, and look before it is put in force."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.entities import NEXT_NIGHT, reading, writing
from orchestration.commands.options import AsJson, Lake, settings_of
from orchestration.commands.output import err, out, print_json_lines, print_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from identity.retraining import TrainingReport

CHANGES_SHOWN = 20
Apply = Annotated[bool, typer.Option("--apply", help="Put what was trained in force; without it, only show.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(apply: Apply = False, lake: Lake = None, as_json: AsJson = False) -> None:
    """Train the linkage on the lake's records and show what would change; --apply puts it in force."""
    settings = settings_of(lake)
    from identity.retraining import train as trained

    opened: AbstractContextManager[DuckDBPyConnection] = writing(settings, "train") if apply else reading(settings)
    with err.status("Training …"), opened as con:
        reports = trained(con, datetime.now(UTC), settings.identity_dir, apply, settings.default_region)
    if as_json:
        print_json_lines(asdict(report) for report in reports)
        return
    for report in reports:
        _show(report)
    out.print(f"Put in force. {NEXT_NIGHT}" if apply else "Nothing is changed; --apply puts it in force.")


def _show(report: TrainingReport) -> None:
    out.print(f"\n[bold]{report.entity_type}[/]: {report.version_before} → {report.version_after}", highlight=False)
    out.print(
        f"{report.entities_before} entities → {report.entities_after}; "
        f"{report.moved_records} records in other company than now",
        highlight=False,
    )
    if report.prior_only:
        out.print(f"Too little data to train, prior weights stand in: {', '.join(report.prior_only)}")
    rows = [(change.comparison, change.says, change.before, change.after) for change in report.changes[:CHANGES_SHOWN]]
    if rows:
        print_table(("comparison", "level", "weight now", "as trained"), rows)
    else:
        out.print("No weight moves by a tenth of a bit.")
    if len(report.changes) > CHANGES_SHOWN:
        err.print(f"{len(report.changes) - CHANGES_SHOWN} smaller changes; --json has all.")
