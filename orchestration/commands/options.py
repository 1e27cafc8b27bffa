"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from lake.settings import ENV_PREFIX, Settings, load_settings

Lake = Annotated[Path | None, typer.Option("--lake", help="Folder of the lake (setting `lake`).")]
Exports = Annotated[Path | None, typer.Option("--exports", help="Folder of the tools' exports (setting `exports`).")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, or one a line, for scripts.")]
Who = Annotated[
    str,
    typer.Argument(help="A customer by any identifier: e-mail, phone, domain, name, a tool's id, `acc_…` or `per_…`."),
]


def settings_of(lake: Path | None = None, exports: Path | None = None) -> Settings:
    """The settings, with what the command line gave over the rest, for this process and those it starts."""
    settings = load_settings(lake=lake, exports=exports)
    for name, value in (("LAKE", lake), ("EXPORTS", exports)):
        if value is not None:
            os.environ[ENV_PREFIX + name] = str(getattr(settings, name.lower()))
    return settings
