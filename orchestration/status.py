"""What the warehouse holds, as tables for the terminal."""

import duckdb
from rich.table import Table

from orchestration.contract import source_tables
from orchestration.ledger import quarantine_name
from orchestration.publishing import FILE_NAME, source_state
from orchestration.warehouse import Settings


def last_run(settings: Settings) -> str:
    """When the last run of the daily job started, and how it ended."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(settings.home_dir / "dagster")) as instance:
        records = instance.get_run_records(dg.RunsFilter(job_name="daily"), limit=1)
    if not records:
        return "never"
    run = records[0]
    return f"{run.create_timestamp:%Y-%m-%d %H:%M:%S} UTC, {run.dagster_run.status.value.lower()}"


def last_publish(settings: Settings) -> str:
    """Id of what readers see now, and the code that built it."""
    file = settings.published_dir / FILE_NAME
    if not file.exists():
        return "never"
    with duckdb.connect(file, read_only=True) as connection:
        query = "select any_value(publish_id), any_value(code_version) from marts.publish_info"
        publish_id, code = connection.execute(query).fetchall()[0]
    return f"{publish_id}, code {code}"


def source_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """Rows and freshness of each raw table."""
    table = Table("Table", title="Sources")
    table.add_column("Rows", justify="right")
    table.add_column("Newest landing date")
    table.add_column("Last loaded (UTC)")
    for name, rows, landing_date, loaded_at in connection.execute(_sources(connection)).fetchall():
        loaded = f"{loaded_at:%Y-%m-%d %H:%M}" if loaded_at else ""
        table.add_row(name, f"{rows:,}", str(landing_date or ""), loaded)
    return table


def _sources(connection: duckdb.DuckDBPyConnection) -> str:
    catalog = connection.execute("select current_database()").fetchall()[0][0]
    return source_state(str(catalog))


def quarantine_table(connection: duckdb.DuckDBPyConnection) -> Table:
    """Quarantined rows by table and rule."""
    table = Table("Table", "Rule", title="Quarantine")
    table.add_column("Rows", justify="right")
    query = " union all ".join(
        f"select '{source.schema}.{source.name}', rule, count(*) "
        f"from {quarantine_name(source)} group by all"
        for source in source_tables()
    )
    for name, rule, rows in connection.execute(f"{query} order by all").fetchall():
        table.add_row(name, rule, f"{rows:,}")
    return table
