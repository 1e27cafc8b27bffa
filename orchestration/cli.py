"""`memhouse`: the command line. Starts quickly: what is heavy is imported by the command that needs it."""

from __future__ import annotations

import atexit
import gc

import typer

from orchestration.commands import (
    agents,
    ask,
    demo,
    doctor,
    evaluate,
    explain,
    inspect,
    judge,
    memories,
    night,
    query,
    review,
    serve,
    snapshots,
    timeline,
    train,
)
from orchestration.commands.errors import CleanErrors

EXIT_CODES = """
Exit codes: 0 done · 1 it failed, or the night was refused (the message says why and what to do) · 2 wrong usage or
setting · 3 nobody is found, or several are · 4 another process is writing to the lake · 130 interrupted.
Settings: memhouse.toml, MEMHOUSE_* variables, options; every one is described in docs/settings.md.
"""

# Python's last search for cycles takes seconds after a night, and frees nothing that the end of the process would not.
atexit.register(gc.freeze)

app = typer.Typer(
    name="memhouse",
    cls=CleanErrors,
    help="Customer memory out of your tools' exports: resolved customers, one model, a published snapshot for agents.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def main(
    context: typer.Context,
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
) -> None:
    """Options of every command."""
    context.obj = {"debug": debug}


COMMANDS = (
    night,
    demo,
    inspect,
    query,
    ask,
    timeline,
    snapshots,
    memories,
    agents,
    explain,
    review,
    judge,
    train,
    evaluate,
)
for module in (*COMMANDS, serve, doctor):
    module.register(app)


if __name__ == "__main__":
    app()
