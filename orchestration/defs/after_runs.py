"""What follows a run that Dagster started or that was killed: alerts, and room for others."""

import dagster as dg

from orchestration.alerting.alert import alert
from orchestration.alerting.causes import causes
from orchestration.alerting.destinations import Destinations
from orchestration.alerting.metrics_file import write_metrics
from orchestration.defs.schedules import daily
from orchestration.running.check_log import last_runs
from orchestration.running.cut_off import end_cut_off_runs
from orchestration.running.history import forget_old_runs
from orchestration.running.last_run import replayed
from orchestration.settings import Settings


def _after(status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name=f"after_{status.value.lower()}",
        run_status=status,
        monitored_jobs=[daily],
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def follow_up(context: dg.RunStatusSensorContext) -> dg.SkipReason:
        """Send what nobody was told of, and forget the oldest runs."""
        return _follow_up(context.instance, context.dagster_run)

    return follow_up


after_success = _after(dg.DagsterRunStatus.SUCCESS)
after_failure = _after(dg.DagsterRunStatus.FAILURE)


@dg.sensor(minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def after_cut_off(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """End runs that were killed, also those of `cx run`, and follow them up; what waits goes on."""
    ended = {run.run_id for run in end_cut_off_runs(context.instance, Settings())}
    for newest in last_runs(context.instance, limit=1):
        if newest.dagster_run.run_id in ended:
            return _follow_up(context.instance, newest.dagster_run)
    return dg.SkipReason(f"Runs that were cut off, taken up since: {len(ended)}.")


def _follow_up(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.SkipReason:
    settings = Settings()
    progress = replayed(instance, run.run_id, settings)
    destinations = Destinations()
    happened = alert(settings, causes(settings, progress.failures), destinations)
    forget_old_runs(instance, settings)
    if destinations.metrics_file:  # last, as a disk may be full
        write_metrics(settings, len(progress.failures), progress.seconds, destinations.metrics_file)
    return dg.SkipReason(" ".join(happened) or "There is nothing new to tell.")
