"""How the last run of the daily job went, as Dagster remembers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

import dagster as dg
from sqlalchemy.exc import DatabaseError

from orchestration.running.check_log import checks_of, last_runs
from orchestration.running.lock import is_at_work
from orchestration.running.progress import Progress
from orchestration.settings import Settings
from orchestration.stopping import CUT_OFF

_KILLED = "cut off"


class LastRun(NamedTuple):
    """When a run started, in UTC, and how it ended."""

    started_at: datetime
    ending: str


def last_run(settings: Settings) -> LastRun | None:
    """The newest run, which may be at work or cut off.

    Raises:
        RuntimeError: the history of runs cannot be read.
    """
    with _instance(settings) as instance:
        record = _last_record(instance)
        return LastRun(record.create_timestamp, _ending(record, settings)) if record else None


def last_failures(settings: Settings) -> list[str]:
    """Why the newest run failed, in sentences; of one at work, what has failed so far.

    Raises:
        RuntimeError: the history of runs cannot be read.
    """
    with _instance(settings) as instance:
        if not (record := _last_record(instance)):
            return []
        if _ending(record, settings) == _KILLED:
            return [CUT_OFF]
        return replayed(instance, record.dagster_run.run_id, settings).failures


def last_failed_checks(settings: Settings) -> Iterator[dg.AssetCheckEvaluation]:
    """Checks that failed in the newest run.

    Raises:
        RuntimeError: the history of runs cannot be read.
    """
    with _instance(settings) as instance:
        if record := _last_record(instance):
            found = checks_of(instance, record.dagster_run.run_id)
            yield from (check for _, _, check in found if not check.passed)


def replayed(instance: dg.DagsterInstance, run_id: str, settings: Settings) -> Progress:
    """A run as who followed it would know it: its failures in sentences, seconds of its phases."""
    progress = Progress([], settings, lambda name, text: None)
    for entry in instance.all_logs(run_id):
        progress(entry)
    return progress


@contextmanager
def _instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    try:
        with dg.DagsterInstance.from_config(str(settings.home_dir / "dagster")) as instance:
            yield instance
    except DatabaseError as error:
        raise RuntimeError(str(error)) from error


def _last_record(instance: dg.DagsterInstance) -> dg.RunRecord | None:
    return next(iter(last_runs(instance, limit=1)), None)


def _ending(record: dg.RunRecord, settings: Settings) -> str:
    status = record.dagster_run.status
    if status != dg.DagsterRunStatus.STARTED:
        return str(status.value).lower()
    # A run that is killed cannot say so.
    return "at work" if is_at_work(settings) else _KILLED
