"""`memhouse ui` and `memhouse dbt`: Dagster's web page and daemon, and dbt's own program, on this lake."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import Exports, Lake, settings_of
from orchestration.commands.output import err

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the web page.")]
DbtArguments = Annotated[
    list[str] | None, typer.Argument(metavar="COMMAND …", help="What dbt is to do, e.g. `docs generate`.")
]
Host = Annotated[str, typer.Option(help="Address to listen on; the page has no login, so think before opening it up.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ui")(ui)
    app.command("dbt", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})(dbt)


def ui(port: Port = 3000, host: Host = "127.0.0.1", exports: Exports = None, lake: Lake = None) -> None:
    """Open Dagster's web page: the graph, the nights, their checks and logs; runs and backfills start there too."""
    from lake.dbt import PROJECT_DIR
    from orchestration.dagster_home import environment, prepare_home

    settings = settings_of(lake, exports)
    prepare_home(settings)
    err.print(f"Dagster on http://{host}:{port} for the lake {settings.lake} (Ctrl+C ends it)", highlight=False)
    code = ["-m", "orchestration.definitions", "-d", str(PROJECT_DIR.parent)]
    command = [sys.executable, "-m", "dagster", "dev", *code, "-h", host, "-p", str(port)]
    # Started in a script's background it is told to ignore Ctrl+C, which is how Dagster ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # A folder named `lake` where the user stands must not be taken for the package of that name.
    variables = {**os.environ, **environment(settings), "PYTHONSAFEPATH": "1"}
    os.execve(sys.executable, command, variables)  # noqa: S606 (our own interpreter)


def dbt(arguments: DbtArguments = None, lake: Lake = None) -> None:
    """Run dbt itself on the lake, at its head: `memhouse dbt docs generate`, then `memhouse dbt docs serve`."""
    from lake.dbt import PROJECT_DIR, dbt_environment

    program = Path(sys.executable).with_name("dbt")
    variables = os.environ | dbt_environment(settings_of(lake)) | {"DBT_PROJECT_DIR": str(PROJECT_DIR)}
    os.execve(program, [str(program), *(arguments or ["--help"])], variables)  # noqa: S606 (our own program)
