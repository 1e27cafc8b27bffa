"""`memhouse ui` and `memhouse dbt`: Dagster's web page and daemon, and dbt's own program, on this lake."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from lake.settings import Settings
from orchestration.commands.options import Exports, Lake, settings_of
from orchestration.commands.output import err

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the web page.")]
DbtArguments = Annotated[
    list[str] | None, typer.Argument(metavar="COMMAND …", help="What dbt is to do, e.g. `docs generate`.")
]
Host = Annotated[str, typer.Option(help="Address to listen on; the page has no login, so think before opening it up.")]


# dbt's commands: those that may write to the lake, and those that only read it.
WRITES = frozenset({"build", "clone", "retry", "run", "run-operation", "seed", "snapshot"})
READS = frozenset({"compile", "docs", "list", "ls", "parse", "show", "source", "test"})


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ui")(ui)
    app.command("dbt", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})(dbt)


def ui(port: Port = 3000, host: Host = "127.0.0.1", exports: Exports = None, lake: Lake = None) -> None:
    """Open Dagster's web page: the graph, the nights, their checks and logs; runs and backfills start there too."""
    from lake.dbt import PROJECT_DIR
    from orchestration.dagster_home import environment, instance
    from orchestration.dead_runs import end_dead_runs

    settings = settings_of(lake, exports)
    with instance(settings) as home:
        end_dead_runs(home, starting=True)
    err.print(f"Dagster on http://{host}:{port} for the lake {settings.lake} (Ctrl+C ends it)", highlight=False)
    code = ["-m", "orchestration.definitions", "-d", str(PROJECT_DIR.parent)]
    command = [sys.executable, "-m", "dagster", "dev", *code, "-h", host, "-p", str(port)]
    # Started in a script's background it is told to ignore Ctrl+C, which is how Dagster ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A folder named `lake` where the user stands must not be taken for the package of that name.
    variables = {**os.environ, **environment(settings), "PYTHONSAFEPATH": "1"}
    os.execve(sys.executable, command, variables)  # noqa: S606 (our own interpreter)


def dbt(arguments: DbtArguments = None, lake: Lake = None) -> None:
    """Run dbt itself as of the newest night: `memhouse dbt docs generate`, then `memhouse dbt docs serve`."""
    from lake.dbt import PROJECT_DIR, dbt_environment
    from lake.lock import writer_lock

    settings, asked = settings_of(lake), arguments or ["--help"]
    variables = os.environ | dbt_environment(settings) | {"DBT_PROJECT_DIR": str(PROJECT_DIR)}
    command = [str(Path(sys.executable).with_name("dbt")), *asked, *of_the_night(settings, asked)]
    writes = sorted(WRITES.intersection(asked))  # options may stand before the command
    with writer_lock(settings, f"dbt {writes[0]}") if writes else nullcontext():
        done = subprocess.run(command, env=variables, check=False)  # noqa: S603 (our own program)
    raise typer.Exit(done.returncode)


def of_the_night(settings: Settings, asked: list[str]) -> list[str]:
    """The variables that the newest night was built with, unless others are given; none for dbt's own options."""
    from duckdb import CatalogException

    from lake import ops
    from lake.connection import LakeNotFoundError, connect
    from lake.dbt import dbt_vars

    if "--vars" in asked or not (WRITES | READS).intersection(asked):
        return []
    try:
        with connect(settings, read_only=True) as con:
            head = ops.head(con)
    except (LakeNotFoundError, CatalogException):
        return []
    return ["--vars", dbt_vars(settings, head)] if head else []
