"""The settings as a page: `python -m lake.settings_page > docs/settings.md`; a test holds the page to the code."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from lake.settings import ENV_PREFIX, SETTINGS_FILE, Settings

INTRODUCTION = f"""# Settings

A setting is taken from the command line, else from an environment variable (`{ENV_PREFIX}` and its name in capitals),
else from `{SETTINGS_FILE}` in the working directory, else it has its default. A name that does not exist, or a value
that cannot be used, is an error that names it. Secrets belong in the environment, not in the file.

| setting | environment variable | default | meaning |
|---|---|---|---|
"""


def settings_page() -> str:
    """Markdown: one row a setting."""
    return INTRODUCTION + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    shown = str(default) if isinstance(default, Path) else repr(default).replace("'", '"')
    return f"| `{name}` | `{ENV_PREFIX}{name.upper()}` | `{shown}` | {field.description} |\n"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
