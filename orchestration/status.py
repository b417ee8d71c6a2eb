"""How the runs, the publishes and the sources stand, as text and tables for the terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
import duckdb
from rich.table import Table

from orchestration.contract import SourceTable, source_tables
from orchestration.locking import WarehouseBusy, exclusive_run
from orchestration.progress import finding, stops, title
from orchestration.publishing import FILE_NAME, current_id, publishes, source_state
from orchestration.terminal import printable
from orchestration.warehouse import Settings


def last_run(settings: Settings) -> str:
    """When the last run of the daily job started, and how it ended."""
    with _instance(settings) as instance:
        record = _last_record(instance)
    if not record:
        return "never"
    return f"{record.create_timestamp:%Y-%m-%d %H:%M:%S} UTC, {_ending(record, settings)}"


def _instance(settings: Settings) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(settings.home_dir / "dagster"))


def _last_record(instance: dg.DagsterInstance) -> dg.RunRecord | None:
    records = instance.get_run_records(dg.RunsFilter(job_name="daily"), limit=1)
    return records[0] if records else None


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
            kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
            for entry in instance.all_logs(record.dagster_run.run_id, of_type=kind):
                check = entry.get_dagster_event().asset_check_evaluation_data
                if not check.passed:
                    yield check


def publish_table(settings: Settings) -> Table:
    """Every kept publish with the code that built it, and which of them readers see."""
    table = Table("Publish", "Code", "Readers", title="Publishes")
    current = current_id(settings.published_dir)
    for folder in publishes(settings.published_dir):
        with duckdb.connect(folder / FILE_NAME, read_only=True) as connection:
            query = "select any_value(code_version) from marts.publish_info"
            code = connection.execute(query).fetchall()[0][0]
        table.add_row(folder.name, code, "see this one" if folder.name == current else "")
    return table


def source_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """Rows and freshness of each raw table."""
    table = Table(title="Sources")
    table.add_column("Table", no_wrap=True)
    table.add_column("Rows", justify="right")
    for column in ("Newest landing date", "Loaded (UTC)", "State"):
        table.add_column(column)
    tables = {source.full_name: source for source in source_tables()}
    for name, rows, landing_date, loaded_at in connection.execute(_sources(connection)).fetchall():
        loaded = f"{loaded_at:%Y-%m-%d %H:%M}" if loaded_at else ""
        freshness = _freshness(tables[name], loaded_at)
        table.add_row(name, f"{rows:,}", str(landing_date or ""), loaded, freshness)
    return table


def _sources(connection: duckdb.DuckDBPyConnection) -> str:
    catalog = connection.execute("select current_database()").fetchall()[0][0]
    return source_state(str(catalog))


def _freshness(table: SourceTable, loaded_at: datetime | None) -> str:
    if loaded_at is None:
        return "empty"
    age = datetime.now(UTC).replace(tzinfo=None) - loaded_at
    return "stale" if table.stale_after is not None and age > table.stale_after else "fresh"
