"""How the runs, the publishes and the sources stand, as text and tables for the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import dagster as dg
import duckdb
from rich.table import Table
from sqlalchemy.exc import DatabaseError

from orchestration.loading.freshness import source_states
from orchestration.publishing.published import FILE_NAME, current_id, described, publishes
from orchestration.running.check_log import checks_of, finding, last_runs, stops
from orchestration.running.lock import WarehouseBusy, exclusive_run
from orchestration.running.warnings import title
from orchestration.settings import Settings
from orchestration.text import printable


def last_run(settings: Settings) -> str:
    """When the last run of the daily job started, and how it ended."""
    with _instance(settings) as instance:
        record = _last_record(instance)
    if not record:
        return "never"
    return f"{record.create_timestamp:%Y-%m-%d %H:%M:%S} UTC, {_ending(record, settings)}"


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
    try:
        with exclusive_run(settings):
            return "cut off"  # a run that is killed cannot say so
    except WarehouseBusy:
        return "at work"


def failing_checks(settings: Settings) -> Table:
    """Checks that failed in the last run, and what they found."""
    table = Table(title="Failing checks of the last run")
    for column in ("Check", "Severity", "Found"):
        table.add_column(column, overflow="fold")
    for check in _failed_checks(settings):
        severity = "stops" if stops(check) else "warns"
        table.add_row(printable(title(check)), severity, printable(finding(check)))
    return table


def _failed_checks(settings: Settings) -> Iterator[dg.AssetCheckEvaluation]:
    with _instance(settings) as instance:
        if record := _last_record(instance):
            found = checks_of(instance, record.dagster_run.run_id)
            yield from (check for _, _, check in found if not check.passed)


def publish_table(settings: Settings) -> Table:
    """Every kept publish with the code that built it, and which of them readers see."""
    table = Table("Publish", "Code", "Readers", title="Publishes")
    current = current_id(settings.published_dir)
    for folder in publishes(settings.published_dir):
        description = described(folder / FILE_NAME)
        code = description.code_version if description else "cannot be read"
        table.add_row(folder.name, code, "see this one" if folder.name == current else "")
    return table


def source_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """Rows and freshness of each raw table."""
    table = Table(title="Sources")
    table.add_column("Table", overflow="fold")
    table.add_column("Rows", justify="right", overflow="fold")
    for column in ("Newest landing date", "Loaded (UTC)", "Newest event (UTC)"):
        table.add_column(column, min_width=len("2026-01-31"))
    table.add_column("Files outside", justify="right")
    table.add_column("State", overflow="fold")
    for source in source_states(connection):
        table.add_row(
            source.source_table,
            f"{source.rows:,}",
            str(source.newest_landing_date or ""),
            _minute(source.newest_loaded_at),
            _minute(source.newest_event_at),
            f"{source.files_outside:,}" if source.files_outside else "",
            source.freshness,
        )
    return table


def _minute(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else ""
