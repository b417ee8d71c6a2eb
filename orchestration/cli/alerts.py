"""How `cx` tells what is wrong or has moved, after a run and when asked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from orchestration.alerting.destinations import Destinations
from orchestration.cli.terminal import console, one_sentence
from orchestration.running.environment import export_environment
from orchestration.running.lock import WarehouseBusy, exclusive_run
from orchestration.settings import Settings
from orchestration.text import printable

if TYPE_CHECKING:
    from orchestration.alerting.causes import Cause

app = typer.Typer()


@app.command()
def alert() -> None:
    """Tell what failed, fell silent, missed its target or really changed, each once.

    It goes to CX_ALERT_WEBHOOK_URL, and by CX_ALERT_SMTP_URL to CX_ALERT_MAIL_TO; every run does so
    at its end. Started by a clock of its own it also tells of runs that were cut off or never came.
    """
    settings, screen = Settings(), console()
    export_environment(settings)
    from orchestration.alerting.causes import causes
    from orchestration.running.last_run import last_failures

    try:
        with exclusive_run(settings):
            pass
    except WarehouseBusy:
        screen.print("A run is at work, and tells at its end.")
        return
    with one_sentence(settings, screen):
        failures = last_failures(settings)
    found = causes(settings, failures)
    for cause in found:
        screen.print(printable(cause.sentence))
    if not found:
        screen.print("There is nothing to tell.")
    if not Destinations().ways():
        screen.print(
            "Nobody is told: set CX_ALERT_WEBHOOK_URL, or CX_ALERT_SMTP_URL with CX_ALERT_MAIL_TO."
        )
    _write_metrics(settings, screen, failures)
    _send(settings, screen, found)


def tell(settings: Settings, screen: Console, failures: Sequence[str]) -> None:
    """Send what nobody was told of, if there is somebody to tell."""
    _write_metrics(settings, screen, failures)
    if Destinations().ways():
        from orchestration.alerting.causes import causes

        _send(settings, screen, causes(settings, failures))


def _write_metrics(settings: Settings, screen: Console, failures: Sequence[str]) -> None:
    if file := Destinations().metrics_file:
        from orchestration.alerting.metrics_file import write_metrics

        try:
            write_metrics(settings, len(failures), file)
        except OSError as error:
            screen.print(f"Warning: no metrics are written, as {error}.", style="yellow")


def _send(settings: Settings, screen: Console, found: "Sequence[Cause]") -> None:
    from orchestration.alerting.alert import alert

    for sentence in alert(settings, found, Destinations()):
        screen.print(sentence)
