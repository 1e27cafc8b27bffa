"""What dbt gives to models and macros, as far as sqlfluff needs it to render them: no dbt run, no lake.

sqlfluff's Jinja templater loads the project's macros itself and takes every name below into the context.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import yaml

_VARS = yaml.safe_load((Path(__file__).parent.parent / "dbt_project.yml").read_text())["vars"]


class _Adapter:
    """Stands for dbt's adapter: a dispatched macro takes DuckDB's spelling."""

    @jinja2.pass_context
    def dispatch(self, context: jinja2.runtime.Context, name: str, _package: str | None = None) -> Callable[..., Any]:
        for prefix in ("duckdb__", "default__"):
            macro = context.resolve(prefix + name)
            if not isinstance(macro, jinja2.Undefined):
                return macro
        raise LookupError(f"no macro duckdb__{name} or default__{name} in dbt_project/macros")


class _Dbt:
    """dbt's own cross-database macros: a call of the same name with the same arguments lints alike."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("type_"):
            return lambda: name.removeprefix("type_")
        return lambda *arguments, **_: f"{name}({', '.join(str(argument) for argument in arguments)})"


class _Exceptions:
    def raise_compiler_error(self, message: str) -> None:
        raise ValueError(message)


def var(name: str, default: Any = None) -> Any:
    """The project's variables as dbt_project.yml declares them."""
    return _VARS.get(name, default)


def tojson(value: Any) -> str:
    """As dbt's: JSON text."""
    return json.dumps(value)


def typed_rows(*_arguments: Any, **_keywords: Any) -> str:
    """Stands for the macro: a base model consists of it, and nothing of its hundred lines is the model's own."""
    return "select * from typed"


def _call(name: str) -> Callable[[str], str]:
    return lambda text: f"{name}({text})"


# Macros that nest deeper than sqlfluff reads; left out by exclude_macros_from_path.
html_to_text = _call("html_to_text")
clean_mail = _call("clean_mail")
tidy_lines = _call("tidy_lines")
strip_quoted = _call("strip_quoted")
strip_signature = _call("strip_signature")

adapter = _Adapter()
dbt = _Dbt()
exceptions = _Exceptions()
