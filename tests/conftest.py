"""No test writes into the source tree: a home of its own for whatever imports the definitions."""

import os
import tempfile
from collections import Counter

import pytest

os.environ["CX_HOME"] = tempfile.mkdtemp(prefix="cx-tests-")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums of what tests recorded: kills, drawn sequences, mutations."""
    sums: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, number in report.user_properties:
                sums[name] += int(str(number))
    for name, number in sorted(sums.items()):
        terminalreporter.write_line(f"{number:5} {name}")
