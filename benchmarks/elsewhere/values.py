"""How the scripts hand over the values that they computed."""

import json
from collections.abc import Iterable
from pathlib import Path

# The var min_responses: scores of fewer answers are withheld.
LEAST = 10
# What the scripts compute, of questions to customers alone.
METRICS = ("nps", "csat", "ces")

Value = tuple[str, str, str, float]


def write_values(file: Path, rows: Iterable[Value]) -> None:
    """Write metric, first day of the month, segment (`all` or `plan …`) and value of each score."""
    file.write_text(json.dumps([list(row) for row in rows]))


def read_values(file: Path) -> dict[tuple[str, str, str], float]:
    """The values by metric, month and segment."""
    return {tuple(key): value for *key, value in json.loads(file.read_text())}
