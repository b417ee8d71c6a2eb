"""Tells of runs that Dagster started, as `cx run` tells of its own."""

import dagster as dg

from orchestration.alerting.alert import alert
from orchestration.alerting.destinations import Destinations
from orchestration.alerting.metrics_file import write_metrics
from orchestration.defs.schedules import daily
from orchestration.running.last_run import failures_of
from orchestration.settings import Settings


def _told_after(status: dg.DagsterRunStatus) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name=f"alert_after_{status.value.lower()}",
        run_status=status,
        monitored_jobs=[daily],
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def tell(context: dg.RunStatusSensorContext) -> dg.SkipReason:
        """Send what nobody was told of."""
        settings = Settings()
        failures = failures_of(context.instance, context.dagster_run.run_id, settings)
        destinations = Destinations()
        if destinations.metrics_file:
            write_metrics(settings, len(failures), destinations.metrics_file)
        happened = alert(settings, failures, destinations)
        return dg.SkipReason(" ".join(happened) or "There is nothing new to tell.")

    return tell


alert_after_success = _told_after(dg.DagsterRunStatus.SUCCESS)
alert_after_failure = _told_after(dg.DagsterRunStatus.FAILURE)
