"""Running dbt on the lake for one night, with its events as Dagster's.

dbt runs in this process on the project as it was parsed once. Its own program would start at each of the night's three
runs and, since `as_of` is another every night, parse the project again, which took longer than most of the models.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from dagster import AssetCheckResult, AssetExecutionContext, Output
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from lake.connection import connect
from lake.counts import RowCounts
from lake.dbt import dbt_vars
from lake.messages import without_values
from lake.settings import Settings
from orchestration.dbt_built import building
from orchestration.dbt_lineage import LakeTranslator
from orchestration.dbt_program import invoke
from orchestration.night_log import ROW_COUNT
from orchestration.progress import Step, report

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

BUILD = ("build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable")
FAILURES_SHOWN = 5


class DbtBuildError(RuntimeError):
    """A model or a data test failed; the message is dbt's own."""


class DbtStage:
    """`dbt build` of the running asset's models and tests. Unit tests stay out: they test code, not the night's data.

    `buildable` runs a test once all its models are built, so that a test across stages waits for the later one.
    """

    def __init__(self, context: AssetExecutionContext, settings: Settings, day: date) -> None:
        self._context = context
        self._settings = settings
        self._translator = LakeTranslator()  # one for all events: it keeps what it has worked out
        chosen = get_updated_cli_invocation_params_for_context(context, {}, self._translator)
        self._manifest = chosen.manifest
        self._variables = dbt_vars(settings, day)
        self._args = [*BUILD, *chosen.selection_args]
        self._total = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
        self._events: list[Any] = []
        self._failures: list[str] = []

    def build(self) -> Iterator[Any]:
        """Build, then yield Dagster's events, tables with their row counts; what was built before a failure is shown.

        Raises DbtBuildError when a model or a data test fails; what lies below it is skipped.
        """
        stage = self._context.op_execution_context.op.name
        with building(self._settings, stage, is_whole=not self._context.is_subset) as refresh:
            done = invoke(self._settings, stage, self._variables, [*self._args, *refresh], self._hear)
            yield from _with_row_counts(self._settings, self._events)
            self._check(done)

    def _check(self, done: dbtRunnerResult) -> None:
        if not done.success:
            told = self._failures[:FAILURES_SHOWN] or [str(done.exception or "dbt failed")]
            raise DbtBuildError("\n".join(map(without_values, told))) from done.exception

    def _hear(self, raw: dict[str, Any]) -> None:
        """Take note of one of dbt's events."""
        if raw["info"]["level"] == "error":
            self._failures.append(raw["info"]["msg"].strip())
        event = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for found in event.to_default_asset_events(self._manifest, self._translator, self._context):
            self._events.append(found)
            stage = self._context.op_execution_context.op.name
            report(Step(stage, "running", len(self._events), self._total, note=_name(found)))


def _with_row_counts(settings: Settings, events: list[Any]) -> Iterator[Any]:
    """What was built, counted once dbt is done: after each of its commits the whole catalog would be read again."""
    if not events:
        return
    with connect(settings, read_only=True) as con:
        counts = RowCounts(con)
        for event in events:
            if isinstance(event, Output):
                schema, _, table = event.output_name.partition("__")
                yield event.with_metadata({**event.metadata, ROW_COUNT: counts.of(schema, table)})
            else:
                yield event


def _name(event: Any) -> str:
    if isinstance(event, Output):
        return event.output_name.replace("__", ".", 1)
    return str(event.check_name) if isinstance(event, AssetCheckResult) else ""
