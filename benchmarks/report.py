"""Turns what was measured into a page: goals beside the figures, then every figure by size."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Found
from benchmarks.findings import Finding
from benchmarks.goals import GOALS, Goal
from benchmarks.markdown import row
from benchmarks.measure import Cost
from benchmarks.sizes import SIZES

FOLDER = Path(__file__).parent
_HEAD = """\
# What a run costs

Written by `make bench` (`SIZE=medium`, `SIZE=large`); the figures behind it are in `report.json`.
Contenders work in turns in one go, within the same memory limit and two threads, of which data
frames know nothing. CPU is user and system time with all children, the median with the least and
the most in brackets; wall time depends on what else the machine does. Memory is the most that a
process and its children hold at once; pages that they share count for each.

## Goals

"""


def keep(size: str, about: dict[str, Any], findings: Sequence[Finding]) -> None:
    """Put what was found at a size in place of what was found before, and write the page anew."""
    file = FOLDER / "report.json"
    report = json.loads(file.read_text()) if file.exists() else {}
    report[size] = {"about": about, "findings": [finding.kept() for finding in findings]}
    file.write_text(json.dumps(report, indent=1) + "\n")
    (FOLDER / "report.md").write_text(rendered(report))


def rendered(report: dict[str, Any]) -> str:
    """The page, of all sizes measured so far."""
    sizes = [size for size in SIZES if size in report]
    found = {size: [Finding.read(kept) for kept in report[size]["findings"]] for size in sizes}
    parts = [_HEAD, *_goals(found)]
    for size in sizes:
        parts += [f"\n## {size.capitalize()}\n\n", *_about(report[size]["about"])]
        parts += _figures(found[size])
    return "".join(parts)


def _goals(found: Found) -> Iterator[str]:
    yield row("goal", "asked", *found)
    yield row("---", "---", *("---:" for _ in found))
    missed = []
    for goal in GOALS:
        figures = goal.figures(found)
        asked = f"{'≥' if goal.is_least else '≤'} {goal.shown(goal.bound)}"
        yield row(goal.name, asked, *(_figure(goal, figures.get(size)) for size in found))
        if not all(map(goal.is_met, figures.values())):
            missed.append(f"- {goal.name}: {goal.cause}\n")
    if missed:
        yield "\nMissed, in bold above, and why:\n\n"
        yield from missed


def _figure(goal: Goal, figure: float | None) -> str:
    if figure is None:
        return ""
    shown = goal.shown(figure)
    return shown if goal.is_met(figure) else f"**{shown}**"


def _about(about: dict[str, Any]) -> Iterator[str]:
    yield "".join(f"- {name}: {value}\n" for name, value in about.items()) + "\n"


def _figures(findings: Sequence[Finding]) -> Iterator[str]:
    yield row("measure", "by", "CPU s", "wall s", "most MB", "times", "ours ÷ it")
    yield row("---", "---", "---:", "---:", "---:", "---:", "---:")
    for finding in findings:
        for contender, costs in finding.costs.items():
            yield row(_measure(finding), contender, *_columns(costs), _compared(finding, contender))
    told = [line for finding in findings for line in _told(finding)]
    if told:
        yield "\n" + "".join(f"- {line}\n" for line in told)


def _measure(finding: Finding) -> str:
    counts = [f"{finding.rows:,} rows"] if finding.rows else []
    sizes = [f"{finding.size_bytes / 1e6:,.1f} MB"] if finding.size_bytes else []
    return ", ".join([finding.measure, *counts, *sizes])


def _columns(costs: Sequence[Cost]) -> tuple[str, ...]:
    return (
        _spread([cost.cpu_seconds for cost in costs]),
        _spread([cost.wall_seconds for cost in costs]),
        f"{max(cost.peak_bytes for cost in costs) / 1e6:,.0f}",
        str(len(costs)),
    )


def _spread(values: Sequence[float]) -> str:
    shown = f"{median(values):.2f}"
    return f"{shown} ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else shown


def _compared(finding: Finding, contender: str) -> str:
    is_ours = contender == next(iter(finding.costs))
    return "" if is_ours else f"{finding.ratio(contender):.2f}"


def _told(finding: Finding) -> Iterator[str]:
    yield from (f"{finding.measure}: {name} {value:.4g}" for name, value in finding.figures.items())
    yield from (f"{finding.measure}: {note}" for note in finding.notes)
