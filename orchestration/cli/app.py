"""`cx`, the command line of the warehouse."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.console import Console

from orchestration.alerting.destinations import Destinations
from orchestration.cli import agents, alerts, check, metric, operate, own
from orchestration.cli.alerts import tell, tell_by_all_ways
from orchestration.cli.following import Following
from orchestration.cli.terminal import FAILED, console, one_sentence, stop
from orchestration.overlay.project import lay_over
from orchestration.permissions import keep_private
from orchestration.publishing.postgres.send import send
from orchestration.publishing.postgres.server import PostgresError
from orchestration.publishing.published import (
    FILE_NAME,
    FIRST_PAGE,
    REPORT_NAME,
    current_id,
    damage,
)
from orchestration.reading.arrivals import require_arrivals
from orchestration.reading.overlooked import overlooked
from orchestration.running.completed import unchanged
from orchestration.running.environment import export_environment
from orchestration.running.lock import exclusive_run, require_free
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.text import printable

app = typer.Typer(
    help="A customer-experience warehouse: load what landed, test it, build it, publish it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def require_settings(context: typer.Context) -> None:
    """Read the settings before any command, and let nobody else read what it writes."""
    screen, is_run = console(), context.invoked_subcommand == "run"
    for settings in (Destinations, Settings):
        try:
            settings()
        except ValidationError as error:
            wrong = "; ".join(_wrong(settings, found) for found in error.errors())
            said = f"A setting in the environment is wrong. {wrong}."
            if is_run and settings is Settings:
                tell_by_all_ways(screen, said)
            stop(screen, said)
    keep_private()
    with one_sentence(Settings(), screen, tell if is_run else None):
        lay_over(Settings())


@app.command()
def run(
    with_sample: Annotated[
        bool, typer.Option("--sample", help="First make sample data, if no landing zone is there.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Do all anew, though nothing changed.")
    ] = False,
    with_profile: Annotated[
        bool, typer.Option("--profile", help="Say where the seconds went.")
    ] = False,
) -> None:
    """Load, gate, build, gate and publish what is in the landing zone (CX_LANDING).

    Where the landing zone, the code and the settings are those of what is published, it only says
    so, and what that run warned of.
    """
    settings = Settings()
    screen = console()
    if with_sample and not settings.landing and not settings.landing_dir.exists():
        sample()
    with one_sentence(settings, screen, tell):
        require_arrivals(settings.landing_dir)
        require_free(settings)
        before = current_id(settings.published_dir)
    if damaged := damage(settings.published_dir):
        screen.print(f"Warning: {damaged}", style="yellow")
    if not full and (completed := unchanged(settings)):
        screen.print(
            f"Nothing is new since the publish {completed.publish_id}; "
            "`cx run --full` does all anew."
        )
        _warn(screen, completed.warnings + overlooked(settings.landing_dir))
        failures = _send(settings, screen)
        _show_result(settings, screen)
        tell(settings, screen, failures)
        if failures:
            raise typer.Exit(FAILED)
        return
    from orchestration.running.daily import run_daily

    following = Following(screen)
    outcome = run_daily(settings, following.show, following.meanwhile, anew=full)
    if with_profile and outcome.profile:
        screen.print(*outcome.profile.tables())
    _warn(screen, outcome.warnings)
    for failure in outcome.failures:
        screen.print(f"Failed: {printable(failure)}", style="red")
    if not outcome.failures:
        _show_result(settings, screen)
    screen.print(f"Log        {outcome.log_file}")
    tell(settings, screen, outcome.failures, outcome.seconds)
    if outcome.failures:
        if current_id(settings.published_dir) == before:
            screen.print("Nothing was published; readers keep what they had.")
        raise typer.Exit(FAILED)


@app.command()
def sample(
    customers: Annotated[int, typer.Option(min=1, help="How many customers.")] = 3_000,
    days: Annotated[int, typer.Option(min=1, help="How many days of history.")] = 720,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; the landing zone unless given.")
    ] = None,
) -> None:
    """Write sample landing files, with known truth planted in them."""
    settings, screen = Settings(), console()
    folder = (out or settings.landing_dir).resolve()
    from orchestration.sample import write_sample

    with one_sentence(settings, screen):
        if folder.exists() and any(folder.iterdir()):
            stop(screen, f"{folder} is not empty: give another folder with --out, or empty it.")
        try:
            write_sample(folder, customers=customers, days=days, seed=seed)
        except ValueError as error:
            stop(screen, str(error))
    screen.print(f"Sample data of {customers:,} customers over {days:,} days is in {folder}")


@app.command()
def dev(port: Annotated[int, typer.Option(help="Port of the UI on 127.0.0.1.")] = 3000) -> None:
    """Open the Dagster UI over the same assets, for this machine only."""
    export_environment(Settings())
    dagster = str(Path(sys.executable).parent / "dagster")
    os.chdir(PROJECT_ROOT)  # where pyproject.toml names the definitions
    os.execv(dagster, [dagster, "dev", "-h", "127.0.0.1", "-p", str(port)])


app.add_typer(check.app)
app.add_typer(own.app)
app.add_typer(metric.app)
app.add_typer(agents.app)
app.add_typer(operate.app)
app.add_typer(alerts.app)


def _wrong(settings: type[Settings | Destinations], error: ErrorDetails) -> str:
    name = "_".join(map(str, error["loc"]))
    said = error["msg"].removeprefix("Value error, ")
    return f"{settings.model_config['env_prefix']}{name.upper()}: {said}" if name else said


def _warn(screen: Console, warnings: Iterable[str]) -> None:
    for warning in warnings:
        screen.print(f"Warning: {printable(warning)}", style="yellow")


def _send(settings: Settings, screen: Console) -> list[str]:
    """Give readers of PostgreSQL what it did not take, or lost, since the publish."""
    if not settings.publish_postgres_url:
        return []
    with one_sentence(settings, screen, tell), exclusive_run(settings):
        try:
            rows = send(settings)
        except PostgresError as error:
            failure = f"postgres failed: {error}"
            screen.print(f"Failed: {printable(failure)}", style="red")
            return [failure]
    if rows:
        screen.print(f"PostgreSQL has got it: {len(rows)} tables, {sum(rows.values()):,} rows.")
    return []


def _show_result(settings: Settings, screen: Console) -> None:
    from orchestration.reporting.headline import headline_table

    file = settings.published_dir / FILE_NAME
    try:
        table = headline_table(file)
        screen.print(table if table.row_count else "No headline metric has enough data yet.")
    except duckdb.CatalogException:
        screen.print("There are no tables to take headlines from.")
    screen.print(f"Published  {file}")
    screen.print(f"Report     {settings.published_dir / REPORT_NAME / FIRST_PAGE}")
    screen.print(f"Parquet    {(settings.published_dir / 'latest').resolve()}")
