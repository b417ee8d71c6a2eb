"""What follows a run that Dagster started, as one of `cx run`: alerts, and room for others."""

import dagster as dg

from orchestration.alerting.alert import alert
from orchestration.alerting.causes import causes
from orchestration.alerting.destinations import Destinations
from orchestration.alerting.metrics_file import write_metrics
from orchestration.defs.schedules import daily
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
        settings = Settings()
        run = replayed(context.instance, context.dagster_run.run_id, settings)
        destinations = Destinations()
        happened = alert(settings, causes(settings, run.failures), destinations)
        forget_old_runs(context.instance, settings)
        if destinations.metrics_file:  # last, as a disk may be full
            write_metrics(settings, len(run.failures), run.seconds, destinations.metrics_file)
        return dg.SkipReason(" ".join(happened) or "There is nothing new to tell.")

    return follow_up


after_success = _after(dg.DagsterRunStatus.SUCCESS)
after_failure = _after(dg.DagsterRunStatus.FAILURE)
