"""How the runs, the publishes and the sources stand, as text and tables for the terminal."""

from datetime import datetime

import duckdb
from rich.table import Table

from orchestration.loading.freshness import source_states
from orchestration.publishing.published import FILE_NAME, current_id, described, publishes
from orchestration.running.check_log import finding, stops
from orchestration.running.last_run import last_failed_checks, last_run
from orchestration.running.warnings import title
from orchestration.settings import Settings
from orchestration.text import printable


def last_run_line(settings: Settings) -> str:
    """When the last run of the daily job started, and how it ended."""
    if not (run := last_run(settings)):
        return "never"
    return f"{run.started_at:%Y-%m-%d %H:%M:%S} UTC, {run.ending}"


def failing_checks(settings: Settings) -> Table:
    """Checks that failed in the last run, and what they found."""
    table = Table(title="Failing checks of the last run")
    for column in ("Check", "Severity", "Found"):
        table.add_column(column, overflow="fold")
    for check in last_failed_checks(settings):
        severity = "stops" if stops(check) else "warns"
        table.add_row(printable(title(check)), severity, printable(finding(check)))
    return table


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
