"""`cx`, the command line of the warehouse."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import duckdb
import typer
from rich.console import Console
from rich.markup import escape

from orchestration.locking import WarehouseBusy, require_free
from orchestration.publishing import FILE_NAME
from orchestration.warehouse import Settings, connect

FAILED, NOT_STARTED = 1, 2

app = typer.Typer(
    help="A customer-experience warehouse: load what landed, test it, build it, publish it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Load, gate, build, gate and publish what is in the landing zone (CX_LANDING)."""
    settings = Settings()
    console = _console()
    _require_landing(settings, console)
    try:
        require_free(settings)
    except WarehouseBusy as busy:
        _stop(console, str(busy))
    from orchestration.running import run_daily

    outcome = run_daily(settings, lambda name, text: console.print(f"{name:12}{text}"))
    for warning in outcome.warnings:
        console.print(f"[yellow]Warning:[/] {escape(warning)}")
    for failure in outcome.failures:
        console.print(f"[red]Failed:[/] {escape(failure)}")
    if not outcome.failures:
        _show_result(settings, console)
    console.print(f"Log        {outcome.log_file}")
    if outcome.failures:
        console.print("Nothing was published; readers keep what they had.")
        raise typer.Exit(FAILED)


@app.command()
def sample(
    customers: Annotated[int, typer.Option(min=1, help="How many customers.")] = 2_000,
    days: Annotated[int, typer.Option(min=1, help="How many days of history.")] = 540,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; the landing zone unless given.")
    ] = None,
) -> None:
    """Write sample landing files, with known truth planted in them."""
    folder = (out or Settings().landing_dir).resolve()
    console = _console()
    if folder.exists() and any(folder.iterdir()):
        _stop(console, f"{folder} is not empty: give another folder with --out, or empty it.")
    from orchestration.sample import write_sample

    write_sample(folder, customers=customers, days=days, seed=seed)
    console.print(f"Sample data of {customers:,} customers over {days:,} days is in {folder}")


@app.command()
def status() -> None:
    """Show the last run, the last publish, rows and freshness by source, and the quarantine."""
    settings = Settings()
    console = _console()
    if not settings.warehouse_file.exists():
        _stop(console, f"There is no warehouse in {settings.home_dir} yet: start with `cx run`.")
    from orchestration import status as report

    console.print(f"Last run      {report.last_run(settings)}")
    console.print(f"Last publish  {report.last_publish(settings)}")
    try:
        require_free(settings)
    except WarehouseBusy as busy:
        _stop(console, str(busy))
    with connect(settings, read_only=True) as connection:
        console.print(report.source_table(connection))
        console.print(report.quarantine_table(connection))


def _require_landing(settings: Settings, console: Console) -> None:
    folder = settings.landing_dir
    if not folder.is_dir() or not any(folder.iterdir()):
        _stop(
            console,
            f"There is nothing in the landing zone {folder}: "
            "set CX_LANDING to yours, or make sample data with `cx sample`.",
        )


def _show_result(settings: Settings, console: Console) -> None:
    from orchestration.headline import headline_table, read_headlines

    file = settings.published_dir / FILE_NAME
    try:
        console.print(headline_table(read_headlines(file)))
    except duckdb.CatalogException:
        console.print("There is no table marts.metric_values to take headlines from.")
    console.print(f"Published  {file}")
    console.print(f"Parquet    {(settings.published_dir / 'latest').resolve()}")


def _console() -> Console:
    """A console on the standard output of now, whatever is redirected later."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True)


def _stop(console: Console, sentence: str) -> NoReturn:
    console.print(escape(sentence))
    raise typer.Exit(NOT_STARTED)
