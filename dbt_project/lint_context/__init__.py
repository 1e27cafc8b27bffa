"""What dbt gives to models and macros, as far as sqlfluff needs it to render them: no dbt run, no lake.

sqlfluff runs this file once for each model and takes every name of it, the project's macros included, into the model's
context. The macros are read once a process; sqlfluff itself would compile them all twice for each model.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import yaml
from jinja2.sandbox import SandboxedEnvironment
from sqlfluff.core.templaters.builtins.dbt import DBT_BUILTINS, DbtMacroWrapper
from sqlfluff.core.templaters.jinja import DBTTestExtension

_PROJECT = Path(__file__).parent.parent
_NOT_READ = ("materializations/", "typed_rows.sql", "mail_text.sql")  # they nest deeper than sqlfluff reads
_KEPT = "memhouse_lint_macros"  # where they wait for the next model


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
    return _kept().variables.get(name, default)


def tojson(value: Any) -> str:
    """As dbt's: JSON text."""
    return json.dumps(value)


def typed_rows(*_arguments: Any, **_keywords: Any) -> str:
    """Stands for the macro: a base model consists of it, and nothing of its hundred lines is the model's own."""
    return "select * from typed"


def grown_chains(length: int) -> str:
    """Stands for the macro: its hundreds of lines, three times over, took a fifth of all linting."""
    read = "select ends_1.* from ends_1"
    joined = "".join(
        f"\n    cross join {name}" for name in ("events", "event_kinds", "portfolio", "log_factorials", "shares")
    )
    made = {
        "tests": read + joined,
        "found": f"select * from tests_{length}",
        "occurrences": f"select * from found_{length}",
    }
    made["trials"] = f"select * from occurrences_{length}"
    ctes = (f"{name}_{length} as (\n    {query}\n)" for name, query in made.items())
    return ",\n\n".join(ctes)


def _call(name: str) -> Callable[[str], str]:
    return lambda text: f"{name}({text})"


# Stand for the macros of mail_text.sql.
html_to_text = _call("html_to_text")
clean_mail = _call("clean_mail")
tidy_lines = _call("tidy_lines")
strip_quoted = _call("strip_quoted")
strip_signature = _call("strip_signature")

adapter = _Adapter()
dbt = _Dbt()
exceptions = _Exceptions()


def _kept() -> ModuleType:
    """Variables and macros of the project, read once a process."""
    if _KEPT not in sys.modules:
        kept = ModuleType(_KEPT)
        kept.variables = yaml.safe_load((_PROJECT / "dbt_project.yml").read_text())["vars"]  # type: ignore[attr-defined]
        sys.modules[_KEPT] = kept
        kept.macros = _read_macros()  # type: ignore[attr-defined]
    return sys.modules[_KEPT]


def _read_macros() -> dict[str, DbtMacroWrapper]:
    """Every macro by its name. A macro finds the others when it is called, wherever they stand."""
    environment = SandboxedEnvironment(
        keep_trailing_newline=True, autoescape=False, extensions=["jinja2.ext.do", DBTTestExtension]
    )
    folder = _PROJECT / "macros"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.sql"))
    texts = [(folder / name).read_text(encoding="utf-8") for name in names if not name.startswith(_NOT_READ)]
    macros: dict[str, DbtMacroWrapper] = {}

    def found_when_called(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            return macros[name](*arguments, **keywords)

        return call

    given = {name: value for name, value in globals().items() if not name.startswith("_")}
    environment.globals.update(DBT_BUILTINS | given)
    for text in texts:
        for macro in environment.parse(text).find_all(jinja2.nodes.Macro):
            if macro.name not in given:
                environment.globals[macro.name] = found_when_called(macro.name)
    for text in texts:
        module = environment.from_string(text).module
        macros |= {
            name: DbtMacroWrapper(value)
            for name, value in vars(module).items()
            if isinstance(value, jinja2.runtime.Macro) and name not in given
        }
    return macros


globals().update(_kept().macros)
