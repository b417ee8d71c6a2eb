"""How `cx` tells what is wrong or has moved, after a run and when asked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from orchestration.alerting.destinations import Destinations
from orchestration.cli.terminal import console, one_sentence
from orchestration.reading.arrivals import NothingLanded, require_arrivals
from orchestration.running.environment import export_environment
from orchestration.running.lock import is_at_work
from orchestration.settings import Settings
from orchestration.text import printable

if TYPE_CHECKING:
    from orchestration.alerting.causes import Cause

app = typer.Typer()


@app.command()
def alert() -> None:
    """Tell what failed, is not in, fell silent, missed its target or really changed, each once.

    It goes to CX_ALERT_WEBHOOK_URL, and by CX_ALERT_SMTP_URL to CX_ALERT_MAIL_TO; every run does so
    at its end. Started by a clock of its own it also tells of runs that were cut off or never came.
    """
    settings, screen = Settings(), console()
    with one_sentence(settings, screen, send):
        export_environment(settings)
        if is_at_work(settings):
            screen.print("A run is at work, and tells at its end.")
            return
        failures = _failures(settings)
    from orchestration.alerting.causes import causes, sentences

    found = causes(settings, failures)
    for cause in sentences(found) or ["There is nothing to tell."]:
        screen.print(printable(cause))
    if not Destinations().ways():
        screen.print(
            "Nobody is told: set CX_ALERT_WEBHOOK_URL, or CX_ALERT_SMTP_URL with CX_ALERT_MAIL_TO."
        )
    _send(settings, screen, found)


def tell(
    settings: Settings,
    screen: Console,
    failures: Sequence[str],
    seconds: Mapping[str, float] | None = None,
) -> None:
    """Write what monitoring reads of a run, and send what nobody was told of."""
    if file := Destinations().metrics_file:
        from orchestration.alerting.metrics_file import write_metrics

        try:
            write_metrics(settings, len(failures), seconds or {}, file)
        except OSError as error:
            screen.print(f"Warning: no metrics are written, as {error}.", style="yellow")
    send(settings, screen, failures)


def send(settings: Settings, screen: Console, failures: Sequence[str]) -> None:
    """Send what nobody was told of."""
    if Destinations().ways():
        from orchestration.alerting.causes import causes

        _send(settings, screen, causes(settings, failures))


def tell_by_all_ways(screen: Console, said: str) -> None:
    """Send what is wrong with the settings, which nothing can remember to be told."""
    from orchestration.alerting.alert import announce

    for happened in announce(f"The run failed: {said}", Destinations()):
        screen.print(happened)


def _failures(settings: Settings) -> list[str]:
    """Why the last run failed, and why the next one could not start."""
    from orchestration.running.last_run import last_failures

    failures = last_failures(settings)
    try:
        require_arrivals(settings.landing_dir)
    except NothingLanded as nothing:
        failures.append(str(nothing))
    return failures


def _send(settings: Settings, screen: Console, found: "Sequence[Cause]") -> None:
    from orchestration.alerting.alert import alert

    for happened in alert(settings, found, Destinations()):
        screen.print(happened)
