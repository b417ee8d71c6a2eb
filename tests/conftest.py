"""No test writes into the source tree: a home of its own for whatever imports the definitions."""

import os
from collections import Counter

import pytest

from tests.garbage import collect_seldom
from tests.sharing import own_folder

os.environ["CX_HOME"] = str(own_folder("home"))
# There is a worker for each core, and threads that wait for each other cost a tenth of a run; the
# large sample is built with those that users have.
os.environ["CX_THREADS"] = "1"


def pytest_collection_finish() -> None:
    """statsmodels, for one, has all that is there looked through at each correction."""
    collect_seldom()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums of what tests recorded: kills, drawn sequences, mutations."""
    sums: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, number in report.user_properties:
                sums[name] += int(str(number))
    for name, number in sorted(sums.items()):
        terminalreporter.write_line(f"{number:5} {name}")
