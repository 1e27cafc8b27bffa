"""The executor of every run: one night at a time, under the lake's writer lock, with an entry in the lake's log.

The lock is taken here because this is the one place that every run passes, in the process that lives exactly as
long as the run: from the command line, Dagster's web page, its schedule or a backfill. A killed run frees it.
"""

from __future__ import annotations

from collections.abc import Iterator

from dagster import DagsterEvent, Executor, InitExecutorContext, executor
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.in_process import InProcessExecutor
from dagster._core.executor.multiprocess import MultiprocessExecutor

from lake.lock import writer_lock
from lake.settings import Settings, load_settings
from orchestration.dead_runs import end_dead_runs, note_process
from orchestration.defs.nights import night_of
from orchestration.night_log import NightLog


class OneNight(Executor):
    """Runs `inner` under the writer lock, and keeps the lake's log."""

    def __init__(self, inner: Executor, settings: Settings) -> None:
        self._inner = inner
        self._settings = settings

    @property
    def retries(self) -> RetryMode:
        """As the inner executor does."""
        return self._inner.retries

    def execute(self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan) -> Iterator[DagsterEvent]:
        """Yield the run's events. Raises LakeLockedError or DayBeforeHeadError before any step."""
        run = plan_context.dagster_run
        day = night_of(run.tags)
        owner = f"{run.job_name} {day} (run {run.run_id})"
        note_process(plan_context.instance, run.run_id)
        end_dead_runs(plan_context.instance)
        with writer_lock(self._settings, owner):
            log = NightLog(self._settings, run.run_id, day, total=len(execution_plan.step_keys_to_execute))
            log.open()
            try:
                for event in self._inner.execute(plan_context, execution_plan):
                    log.observe(event)
                    yield event
            except BaseException as error:
                log.broken_off(error)
                raise
            finally:
                log.close()


@executor(name="one_night")
def one_night(_init: InitExecutorContext) -> Executor:
    """In process on the embedded catalog, which takes one writer; several processes where settings say so."""
    settings = load_settings()
    if settings.executor == "in_process":
        return OneNight(InProcessExecutor(retries=RetryMode.ENABLED), settings)
    return OneNight(MultiprocessExecutor(max_concurrent=0, retries=RetryMode.ENABLED), settings)
