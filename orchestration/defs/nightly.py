"""The job `nightly` and when it runs."""

from datetime import timedelta

from dagster import (
    AssetSelection,
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    define_asset_job,
    schedule,
)

from orchestration.dead_runs import end_dead_runs

JOB = "nightly"

nightly_job = define_asset_job(
    JOB,
    selection=AssetSelection.all(),
    description="Exports in, published snapshot out: one run a day, under the lake's writer lock.",
)


def nightly_schedule(hour: int) -> ScheduleDefinition:
    """Every night at `hour` UTC, for the day that has just ended. Switched on in Dagster's web page."""

    @schedule(
        name="nightly",
        cron_schedule=f"0 {hour} * * *",
        job=nightly_job,
        execution_timezone="UTC",
        default_status=DefaultScheduleStatus.STOPPED,
    )
    def every_night(context: ScheduleEvaluationContext) -> RunRequest:
        end_dead_runs(context.instance)
        day = (context.scheduled_execution_time - timedelta(days=1)).date().isoformat()
        return RunRequest(run_key=day, partition_key=day)

    return every_night
