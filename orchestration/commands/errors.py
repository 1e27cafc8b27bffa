"""One clear line an error, and the exit code that goes with it."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer._click.core import Context
from typer._click.exceptions import ClickException
from typer.core import TyperGroup

FAILED, USAGE, NOT_FOUND, BUSY, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 4, 130, 141
# By name, so that no package is imported only to recognise its errors.
CODES = {
    "SettingsError": USAGE,
    "NightError": USAGE,
    "BadRequestError": USAGE,
    "UnknownIdentifierError": NOT_FOUND,
    "AmbiguousIdentifierError": NOT_FOUND,
    "UnknownError": NOT_FOUND,
    "AmbiguousError": NOT_FOUND,
    "LakeLockedError": BUSY,
}


class CleanErrors(TyperGroup):
    """Turns every exception of a command into a line on standard error; `--debug` lets it through."""

    def invoke(self, ctx: Context) -> Any:
        """Run the command. Exits with the code of its error."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, ClickException):
            raise
        except BrokenPipeError as error:  # `memhouse … | head`: the reader has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from error
        except KeyboardInterrupt as error:
            typer.secho(str(error) or "interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from error
        except Exception as error:
            if (ctx.obj or {}).get("debug"):
                raise
            typer.secho(f"Error: {describe(error)}", err=True, fg="red")
            raise typer.Exit(CODES.get(type(error).__name__, FAILED)) from error


def describe(error: Exception) -> str:
    """The message; an error that names nothing useful is named itself, and how to see more."""
    text = str(error).strip()
    home = type(error).__module__.partition(".")[0]
    if text and home in {"lake", "ingestion", "identity", "memory", "orchestration", "data"}:
        return text
    return f"{type(error).__name__}: {text or 'no message'} (`memhouse --debug …` shows where)"
