"""`memhouse run`: one night."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from lake.settings import Settings
from orchestration.commands.options import AsJson, Exports, Lake, settings_of
from orchestration.commands.output import err, out, print_json, print_table

if TYPE_CHECKING:
    from ingestion import Survey
    from orchestration.run_night import NightResult

Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="Day to run up to; without it, that of the newest drop."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(day: Day = None, exports: Exports = None, lake: Lake = None, as_json: AsJson = False) -> None:
    """Run one night: land the drops up to a day, resolve, unify, remember, check, and publish a snapshot."""
    settings = settings_of(lake, exports)
    chosen = parse_date(day) if day else _newest(settings)
    if chosen is None:
        if as_json:
            print_json({"status": "nothing_to_run", "day": None, "snapshot_id": None})
        return
    if not as_json:
        show_found(settings, chosen)
    result = run_one(settings, chosen)
    print_json(asdict(result)) if as_json else show_night(settings, result)


def parse_date(value: str) -> date:
    """A day of the command line."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"{value!r} is no date: write it as YYYY-MM-DD", param_hint="--date") from error


def run_one(settings: Settings, day: date) -> NightResult:
    """Run one night with progress bars. Raises NightFailedError."""
    from orchestration.commands.progress_bars import shown

    log_path = settings.logs_dir / f"{day.isoformat()}.log"
    with shown(f"night of {day}", log_path):
        from orchestration.defs.nights import parse_night
        from orchestration.run_night import run_night

        return run_night(settings, parse_night(day.isoformat()))


def _newest(settings: Settings) -> date | None:
    """The newest drop's date; says what there is when there is none."""
    from ingestion import newest_drop, survey

    newest = newest_drop(settings.exports)
    if newest is None:
        _explain_nothing(settings, survey(settings.exports))
    return newest


def _explain_nothing(settings: Settings, found: Survey) -> None:
    err.print(f"Found no export files in {settings.exports}; nothing to run.")
    for unknown in found.unknown[:20]:
        err.print(f"  {unknown.name}: {unknown.reason}", markup=False)
    err.print("Put drops there as <source>/<YYYY-MM-DD>/<file> (docs/bring-your-own-exports.md),")
    err.print("or give --date to run a night on nothing all the same.")


def show_found(settings: Settings, day: date) -> None:
    """What lies in the exports folder up to the day, and what is passed over."""
    from ingestion import survey

    found = survey(settings.exports, day)
    counts: dict[str, list[int]] = {}
    for file in found.files:
        counts.setdefault(file.source, []).append(1)
    listed = ", ".join(f"{source} {len(files)}" for source, files in sorted(counts.items())) or "no files"
    err.print(f"Exports in {settings.exports} up to {day}: {listed}", markup=False, highlight=False)
    if found.later:
        last = max(found.later, key=lambda file: str(file.drop_date))
        err.print(f"  later drops wait, up to {last.name} (files: {len(found.later)})", markup=False, highlight=False)
    for unknown in found.unknown[:10]:
        err.print(f"  not recognised: {unknown.name}: {unknown.reason}", markup=False, highlight=False)
    if len(found.unknown) > 10:
        err.print(f"  … and {len(found.unknown) - 10} more that are not recognised")


def _rejected(settings: Settings, day: date) -> tuple[int, int]:
    """Rows in quarantine: those of this night, and all."""
    from lake.connection import connect
    from lake.time import as_of

    count = "select count(*) filter (where recorded_at = ?), count(*) from quarantine.rejected_rows"
    with connect(settings, read_only=True) as con:
        new, waiting = con.execute(count, [as_of(day)]).fetchall()[0]
    return int(new), int(waiting)


def show_night(settings: Settings, result: NightResult) -> None:
    """Stages, and where the result is."""
    rows = [(s["stage"], s["status"], f"{s['seconds']:.1f} s", f"{sum(s['rows'].values()):,}") for s in result.stages]
    print_table(("stage", "outcome", "time", "rows in its tables"), rows, title=f"Night of {result.day}")
    new, waiting = _rejected(settings, result.day)
    if waiting:
        err.print(
            f"Quarantine: {waiting:,} rows could not be read or typed, {new:,} of them new: "
            'memhouse sql --head "from quarantine.rejected_rows"',
            markup=False,
            highlight=False,
        )
    out.print(f"Checks: {result.checks['passed']} passed, {result.checks['failed']} failed (warnings)")
    out.print(
        f"Published: [bold]{result.snapshot_id}[/] at lake version {result.lake_version}, in {result.seconds:.0f} s"
    )
    out.print(f"Snapshot: {settings.snapshots_dir / str(result.snapshot_id)}", highlight=False)
