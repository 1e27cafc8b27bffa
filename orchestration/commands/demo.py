"""`memhouse demo`: an invented company, two nights, and a look at the result."""

from __future__ import annotations

import shutil
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import date
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer

from ingestion.sources import load_sources
from lake.lock import writer_lock
from lake.settings import Settings
from orchestration.commands.night import run_one, show_night
from orchestration.commands.options import Exports, Lake, settings_of
from orchestration.commands.output import err, out

Accounts = Annotated[int, typer.Option(min=1, max=5000, help="Customers (companies) to invent.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same company.")]
Days = Annotated[int, typer.Option(min=1, max=120, help="Daily drops after the first full export.")]
Anew = Annotated[bool, typer.Option("--anew", help="Remove exports and lake that are in the way, whoever made them.")]


WORLD = "truth/world.ndjson"  # beside the exports: they are the demo's
MARKER = "demo.txt"  # in the lake: it is the demo's


class DemoError(RuntimeError):
    """The demo would touch data that is not its own."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    accounts: Accounts = 60,
    seed: Seed = 7,
    days: Days = 14,
    exports: Exports = None,
    lake: Lake = None,
    anew: Anew = False,
) -> None:
    """Invent a software company and its tools' exports, run two nights on them, and show a customer's card."""
    settings = settings_of(lake, exports)
    _clear(settings, anew=anew)
    dates = _generate(settings, accounts, seed, days)
    for day in dates[-2:]:
        show_night(settings, run_one(settings, day))
    _show(settings)


def _clear(settings: Settings, *, anew: bool) -> None:
    """Make room for the demo. Raises DemoError where somebody else's exports or lake would be in the way."""
    home = settings.exports.parent
    ours = (home / WORLD).exists() and not _foreign(settings.exports)
    for folder, is_demo in ((settings.exports, ours), (settings.lake, (settings.lake / MARKER).exists())):
        if not folder.exists() or not any(folder.iterdir()):
            continue
        if not (is_demo or anew):
            raise DemoError(
                f"{folder} holds what was not made by the demo; "
                "choose other folders with --exports DIR/exports and --lake DIR, or give --anew to remove it"
            )
        with writer_lock(settings, "demo") if folder == settings.lake else nullcontext():
            shutil.rmtree(folder)
    if ours:
        shutil.rmtree(home / "truth")


def _foreign(exports: Path) -> set[str]:
    """What lies among the exports that no demo writes: tools of one's own and what declares them."""
    return {entry.name for entry in exports.glob("*")} - set(load_sources().sources)


def _generate(settings: Settings, accounts: int, seed: int, days: int) -> list[date]:
    """Write exports and truth; the drops' dates, oldest first."""
    if settings.exports.name != "exports":
        raise DemoError(f"the demo writes a folder named exports, with its truth beside it; not {settings.exports}")
    for folder in (settings.exports, settings.lake):  # what cannot be written is told at once
        folder.mkdir(parents=True, exist_ok=True)
    (settings.lake / MARKER).write_text(f"accounts {accounts}, seed {seed}, days {days}\n")
    with (
        err.status(f"Inventing a company with {accounts} customers …"),
        ProcessPoolExecutor(1, get_context("spawn")) as beside,
    ):
        dates = beside.submit(_drop_dates, settings.exports.parent, accounts, seed, days)
        _load_the_job()
        return dates.result()


def _drop_dates(folder: Path, accounts: int, seed: int, days: int) -> list[date]:
    """Write exports and truth, in a process of its own; the drops' dates, oldest first."""
    from data.demo import generate

    return list(generate(folder, accounts=accounts, seed=seed, days=days).drop_dates)


def _load_the_job() -> None:
    """Import what the nights need while the company is invented: it takes as long."""
    for module in ("orchestration.definitions", "great_expectations", "lancedb", "dbt.cli.main"):
        import_module(module)


def _show(settings: Settings) -> None:
    """A customer's card, where everything is, and what to try next."""
    from memory.reader import Snapshot
    from orchestration.commands.ask import show_card
    from orchestration.commands.pick import interesting_customers

    snapshot = Snapshot.open(settings.snapshots_dir)
    account, person = interesting_customers(snapshot.view.folder)
    out.print()
    show_card(snapshot.card(account.entity_id))
    out.print(
        f"\nLake:      {settings.lake}\nSnapshots: {settings.snapshots_dir}\nExports:   {settings.exports}",
        highlight=False,
    )
    out.print("\n[bold]Try next[/] (in the environment: `. .venv/bin/activate`)")
    for command in (
        "memhouse status",
        f'memhouse recall {person.handle} "how do they want to be contacted?"',
        f'memhouse recall {account.handle} "what are they unhappy about?"',
        f"memhouse timeline {account.handle}",
        'memhouse sql "from marts.accounts limit 5"',
        "memhouse ui",
    ):
        out.print(f"  {command}", highlight=False, markup=False)
