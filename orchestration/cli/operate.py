"""The commands of `cx` that look after a warehouse between its runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from orchestration.cli.refusals import quarantine_table, refusal_table
from orchestration.cli.rows import printed, relations_named
from orchestration.cli.terminal import console, one_sentence, require_warehouse, stop
from orchestration.contract import SourceTable, source_tables
from orchestration.loading import withdrawals
from orchestration.loading.ledger import create_tables
from orchestration.publishing.postgres.send import send
from orchestration.publishing.published import current_id, damage
from orchestration.publishing.swap import roll_back
from orchestration.running.backup import back_up
from orchestration.running.environment import export_environment
from orchestration.running.lock import exclusive_connection, exclusive_run
from orchestration.settings import Settings
from orchestration.text import printable

app = typer.Typer()

_PATHS = typer.Argument(metavar="PATH...", help="Files, by their path in the landing zone.")
Paths = Annotated[list[str], _PATHS]
OptionalPaths = Annotated[list[str] | None, _PATHS]


@app.command()
def status() -> None:
    """Show the last run, the publishes, freshness by source, the quarantine and failing checks."""
    settings, screen = Settings(), console()
    with one_sentence(settings, screen):
        export_environment(settings)  # before the first run, too, for Dagster's daemon
    require_warehouse(settings, screen)
    from orchestration.cli import status as report

    published = settings.published_dir
    with one_sentence(settings, screen):
        screen.print(f"Last run      {report.last_run_line(settings)}")
        seen = current_id(published) or damage(published) or "never"
        screen.print(f"Last publish  {seen}")
        _show(screen, report.publish_table(settings))
        _show(screen, report.failing_checks(settings))
    with _warehouse(settings, screen) as connection:
        _show(screen, report.source_table(connection))
        _show(screen, quarantine_table(connection))


@app.command()
def quarantine(
    table: Annotated[
        str | None, typer.Option(help="Only what landed for this table, as source/table.")
    ] = None,
) -> None:
    """List what was refused by file, rule and count, with an example of each."""
    screen = console()
    tables = _tables(table, screen)
    with _warehouse(Settings(), screen) as connection:
        refused = refusal_table(connection, tables)
    _show(screen, refused)
    if not refused.row_count:
        screen.print("No file is refused, and no row stands in quarantine.")


@app.command()
def withdraw(paths: Paths) -> None:
    """Take the rows of files out of everything; the next run takes them out of what is published.

    A file that stays in the landing zone is not loaded again before its content changes, or before
    `cx requeue PATH`.
    """
    settings, screen = Settings(), console()
    with _warehouse(settings, screen) as connection:
        withdrawn = withdrawals.withdraw(connection, settings.landing_dir, paths)
    for file in withdrawn:
        screen.print(
            f"Withdrew {printable(file.name)}: {file.rows:,} rows, "
            f"and {file.rows_quarantined:,} in quarantine."
        )
    screen.print("The published tables follow with the next `cx run`.")


@app.command()
def requeue(paths: OptionalPaths = None) -> None:
    """Have files loaded again by the next run, after a contract or a registry was mended.

    Without PATHs these are the files that are refused or have rows in quarantine.
    """
    settings, screen = Settings(), console()
    with _warehouse(settings, screen) as connection:
        requeued = withdrawals.requeue(connection, settings.landing_dir, paths or [])
    screen.print(f"Files that the next `cx run` loads again: {len(requeued.queued):,}")
    for name in requeued.gone:
        screen.print(f"{printable(name)} is no longer in the landing zone: deliver it again.")


@app.command()
def rollback() -> None:
    """Give readers the publish before the one they see, until the next run publishes anew."""
    settings, screen = Settings(), console()
    with one_sentence(settings, screen), exclusive_run(settings):
        folder = roll_back(settings)
        screen.print(f"Readers now see {folder.name}, until the next `cx run` publishes anew.")
        send(settings)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Folder to make, such as /backups/2026-01-31.")],
) -> None:
    """Copy the warehouse, what is published and the history of runs, while no run is at work.

    To go back, copy all in FOLDER into an empty CX_HOME, and `cx run`: what landed since is loaded.
    What is in the landing zone is yours to keep.
    """
    settings, screen = Settings(), console()
    require_warehouse(settings, screen)
    with one_sentence(settings, screen):
        back_up(settings, folder)
    screen.print(f"Backup     {folder}")


@app.command()
def show(
    table: Annotated[str, typer.Argument(help="With its schema or without.")],
    rows: Annotated[int, typer.Option(min=1, help="How many rows.")] = 10,
) -> None:
    """Show rows of a table of the private warehouse, as the last build left it."""
    settings, screen = Settings(), console()
    with _warehouse(settings, screen) as connection:
        found = relations_named(connection, table)
        if not found:
            stop(screen, f"The warehouse has no table {printable(table)}.")
        for relation in found:
            screen.print(printed(connection, relation, rows))


@app.command()
def docs() -> None:
    """Write one page with every table, column, definition and lineage, as dbt knows them."""
    settings, screen = Settings(), console()
    require_warehouse(settings, screen)
    export_environment(settings)
    from orchestration.building.docs import write_docs

    with one_sentence(settings, screen), exclusive_run(settings):
        page = write_docs(settings)
    screen.print(f"Docs  {page}")


@app.command()
def semantic() -> None:
    """Write a project of MetricFlow over what is published, for `mf query`."""
    settings, screen = Settings(), console()
    require_warehouse(settings, screen)
    export_environment(settings)
    from orchestration.semantic.project import write_semantic_project

    with one_sentence(settings, screen), exclusive_run(settings):
        folder, metrics = write_semantic_project(settings)
    screen.print(f"Semantic layer  {folder}, with {', '.join(metrics)}")


def _tables(name: str | None, screen: Console) -> list[SourceTable]:
    tables = {f"{table.source}/{table.name}": table for table in source_tables()}
    if name is None:
        return list(tables.values())
    if name not in tables:
        stop(screen, f"No source has a table {printable(name)}: there are {', '.join(tables)}.")
    return [tables[name]]


@contextmanager
def _warehouse(settings: Settings, screen: Console) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with every table of the contract in it, and no run at work."""
    require_warehouse(settings, screen)
    with one_sentence(settings, screen), exclusive_connection(settings) as connection:
        for table in source_tables():
            create_tables(connection, table)
        yield connection


def _show(screen: Console, table: Table) -> None:
    """Print a table that has rows."""
    if table.row_count:
        screen.print(table)
