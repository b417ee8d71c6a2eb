"""Tells what was not told yet; what is over and comes again is told again."""

import json
from collections.abc import Sequence
from pathlib import Path

from orchestration.alerting.causes import Cause, sentences
from orchestration.alerting.destinations import Destinations, Way
from orchestration.settings import Settings
from orchestration.text import printable

# So many sentences stand in one message.
_MOST = 20


def alert(settings: Settings, now: Sequence[Cause], destinations: Destinations) -> list[str]:
    """Send each destination those causes of now that it was not told of.

    Returns:
        What happened, in a sentence for each destination that something was to be sent to.
    """
    told = _read(settings)
    happened = []
    going_on = {cause.key for cause in now}
    unseen = tuple(cause.key for cause in now if not cause.sentence)
    for name, send in destinations.ways().items():
        known = told.get(name, ())
        new = [cause for cause in now if cause.sentence and cause.key not in known]
        told[name] = [key for key in known if key in going_on or key.startswith(unseen)]
        if new:
            happened.append(_tell(name, send, new, told[name]))
    try:
        _file(settings).write_text(json.dumps(told), encoding="utf-8")
    except OSError as error:
        happened.append(f"The next run tells all again, as {error}.")
    return happened


def announce(sentence: str, destinations: Destinations) -> list[str]:
    """Send each destination a sentence that cannot be remembered, as alerts are, by its home."""
    return [
        _tell(name, send, [Cause(sentence, sentence)], [])
        for name, send in destinations.ways().items()
    ]


def _tell(name: str, send: Way, new: list[Cause], told: list[str]) -> str:
    said = list(map(printable, sentences(new)))
    shown = said[:_MOST]
    if more := len(said) - len(shown):
        shown.append(f"And {more} more, which `cx alert` prints.")
    try:
        send(f"CX warehouse: {len(said)} to look at", shown)
    except OSError as error:
        return f"Alerts are kept for the next run, as {error}."
    told += [cause.key for cause in new]
    return f"Told {len(said)} by {name}."


def _read(settings: Settings) -> dict[str, list[str]]:
    try:
        return dict(json.loads(_file(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _file(settings: Settings) -> Path:
    return settings.home_dir / "told.json"
