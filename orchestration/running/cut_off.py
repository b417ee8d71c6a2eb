"""Ends runs that were killed, which could not say so: Dagster's queue would wait for them for good.

Every run of ours holds the lock of the home, but for instants in which it begins or ends.
"""

import time

import dagster as dg

from orchestration.running.lock import is_at_work
from orchestration.settings import Settings
from orchestration.stopping import CUT_OFF

# A run that Dagster launches takes this long at most until it has imported all and has the lock.
SILENT_SECONDS = 600

_ASSETS_CHOSEN_IN_THE_UI = "__ASSET_JOB"
_JOBS = ("daily", _ASSETS_CHOSEN_IN_THE_UI)
_HOLDING_UP = (
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


def end_cut_off_runs(instance: dg.DagsterInstance, settings: Settings) -> list[dg.DagsterRun]:
    """End what Dagster takes for at work, though no run is and it has long been silent."""
    silent = [run for job in _JOBS for run in _silent_runs(instance, job)]
    if not silent or is_at_work(settings):
        return []
    for run in silent:
        _end(instance, run)
    return silent


def _silent_runs(instance: dg.DagsterInstance, job: str) -> list[dg.DagsterRun]:
    unfinished = dg.RunsFilter(job_name=job, statuses=_HOLDING_UP)
    long_ago = time.time() - SILENT_SECONDS
    return [
        record.dagster_run
        for record in instance.get_run_records(unfinished)
        if _last_heard_of(instance, record) <= long_ago
    ]


def _last_heard_of(instance: dg.DagsterInstance, record: dg.RunRecord) -> float:
    run_id = record.dagster_run.run_id
    newest = instance.get_records_for_run(run_id, limit=1, ascending=False).records
    # A power cut may have cost its log.
    return max([record.update_timestamp.timestamp(), *(entry.timestamp for entry in newest)])


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    if run.status == dg.DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run)
    else:
        instance.report_run_failed(run, CUT_OFF)
