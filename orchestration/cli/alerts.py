"""How `cx` tells what is wrong or has moved, after a run and when asked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from orchestration.alerting.destinations import Destinations
from orchestration.cli.terminal import console, one_sentence
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
    export_environment(settings)
    from orchestration.alerting.causes import causes, sentences
    from orchestration.running.last_run import last_failures

    if is_at_work(settings):
        screen.print("A run is at work, and tells at its end.")
        return
    with one_sentence(settings, screen):
        failures = last_failures(settings)
    found = causes(settings, failures)
    for sentence in sentences(found) or ["There is nothing to tell."]:
        screen.print(printable(sentence))
    if not Destinations().ways():
        screen.print(
            "Nobody is told: set CX_ALERT_WEBHOOK_URL, or CX_ALERT_SMTP_URL with CX_ALERT_MAIL_TO."
        )
    _send(settings, screen, found)


def tell(
    settings: Settings, screen: Console, failures: Sequence[str], seconds: Mapping[str, float]
) -> None:
    """Write what monitoring reads of a run, and send what nobody was told of."""
    destinations = Destinations()
    if file := destinations.metrics_file:
        from orchestration.alerting.metrics_file import write_metrics

        try:
            write_metrics(settings, len(failures), seconds, file)
        except OSError as error:
            screen.print(f"Warning: no metrics are written, as {error}.", style="yellow")
    if destinations.ways():
        from orchestration.alerting.causes import causes

        _send(settings, screen, causes(settings, failures))


def _send(settings: Settings, screen: Console, found: "Sequence[Cause]") -> None:
    from orchestration.alerting.alert import alert

    for sentence in alert(settings, found, Destinations()):
        screen.print(sentence)
