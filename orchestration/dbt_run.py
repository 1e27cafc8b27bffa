"""Running dbt on the lake for one night, with its events as Dagster's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from importlib.metadata import version as installed_version
from typing import Any

from dagster import AssetCheckResult, AssetExecutionContext, Output
from dagster_dbt import DbtCliResource
from packaging.version import Version

from lake.connection import connect
from lake.dbt import dbt_environment, dbt_vars
from lake.settings import Settings
from orchestration.night_log import ROW_COUNT
from orchestration.progress import Step, report

BUILD = ("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable")


class NightlyDbt(DbtCliResource):
    """`dbt build` of a stage. Unit tests stay out: they test code, not the night's data.

    `buildable` runs a test once all its models are built, so that a test across stages waits for the later one.
    """

    @cached_property
    def _cli_version(self) -> Version:
        """Read from the installed package: asking the program takes two seconds."""
        return Version(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:  # noqa: ARG002 (signature is dagster-dbt's)
        """No second adapter in this process: row counts are read through the lake's own connection."""
        return None

    def build(self, context: AssetExecutionContext, settings: Settings, day: date) -> Iterator[Any]:
        """Build the models of the running asset for `day`; yields Dagster events with row counts.

        Raises dagster-dbt's DagsterDbtCliRuntimeError when a model or a data test fails; what lies below is skipped.
        """
        args = [*BUILD, "--vars", dbt_vars(settings, day)]
        with _environment(settings):
            invocation = self.cli(args, context=context, target_path=settings.dbt_target_dir)
        total = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
        built: list[Output[Any]] = []
        try:
            for done, event in enumerate(invocation.stream(), start=1):
                report(Step(context.op_execution_context.op.name, "running", done, total, note=_name(event)))
                if isinstance(event, Output):
                    built.append(event)
                else:
                    yield event
        except Exception:  # what was built before the failure stays, and is shown
            yield from _with_row_counts(settings, built)
            raise
        yield from _with_row_counts(settings, built)


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """dbt's variables, for the moment in which its process starts."""
    before = dict(os.environ)
    os.environ.update(dbt_environment(settings))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _with_row_counts(settings: Settings, built: list[Output[Any]]) -> Iterator[Output[Any]]:
    """What was built, counted once dbt is done: after each of its commits the whole catalog would be read again."""
    if not built:
        return
    with connect(settings, read_only=True) as con:
        for event in built:
            schema, _, table = event.output_name.partition("__")
            row = con.execute(f'select count(*) from lake."{schema}"."{table}"').fetchone()
            yield event.with_metadata({**event.metadata, ROW_COUNT: row[0] if row else 0})


def _name(event: Any) -> str:
    if isinstance(event, Output):
        return event.output_name.replace("__", ".", 1)
    return str(event.check_name) if isinstance(event, AssetCheckResult) else ""
