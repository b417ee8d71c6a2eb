"""The daily job, and what starts it: the clock, and new files in the landing zone."""

import hashlib
import time
from pathlib import Path

import dagster as dg

from orchestration.contract import source_tables
from orchestration.defs import postgres
from orchestration.publishing.postgres.send import is_behind
from orchestration.reading.landing_zone import discover
from orchestration.running.completed import unchanged
from orchestration.settings import Settings

# A project that is broken is not run each minute.
RETRY_SECONDS = 3600

daily = dg.define_asset_job(
    "daily",
    selection=dg.AssetSelection.all(),
    description="Load what is due, gate, build, gate, publish. "
    "A run for some landing dates loads these again, changed or not, and leaves other files.",
)


@dg.schedule(job=daily, cron_schedule="0 5 * * *")
def every_morning() -> dg.RunRequest | dg.SkipReason:
    """Start the daily job, unless it would publish what readers see; all of them, in the end."""
    completed = unchanged(Settings())
    if not completed:
        return dg.RunRequest()
    if is_behind(Settings()):
        return dg.RunRequest(asset_selection=[postgres.KEY])
    return dg.SkipReason(f"Nothing is new since the publish {completed.publish_id}.")


@dg.sensor(name="new_files", job=daily, minimum_interval_seconds=60)
def new_files(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Start the daily job when files of any day appeared, changed or vanished, or it failed."""
    landing_dir = Settings().landing_dir
    state = landing_state(landing_dir)
    if state is None:
        return dg.SkipReason(f"There are no files in {landing_dir}.")
    if state == context.cursor and not _is_to_be_tried_again(context.instance):
        return dg.SkipReason("Nothing new has landed.")
    context.update_cursor(state)
    return dg.RunRequest()


def _is_to_be_tried_again(instance: dg.DagsterInstance) -> bool:
    """Whether the newest run has failed, so that what landed may not be in, and not just now."""
    long_ago = time.time() - RETRY_SECONDS
    return any(
        newest.dagster_run.status == dg.DagsterRunStatus.FAILURE
        and (newest.end_time or 0) <= long_ago
        for newest in instance.get_run_records(dg.RunsFilter(job_name=daily.name), limit=1)
    )


def landing_state(landing_dir: Path) -> str | None:
    """A digest of path, size and time of every landing file; None when there are none."""
    files = [file for table in source_tables() for file in discover(landing_dir, table)]
    stats = [(file.name, file.path.stat()) for file in files]
    lines = "".join(f"{name} {stat.st_size} {stat.st_mtime_ns}\n" for name, stat in stats)
    return hashlib.sha256(lines.encode()).hexdigest() if lines else None
