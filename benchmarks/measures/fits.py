"""BG/NBD and Gamma-Gamma, against lifetimes on the same customers."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.competitors import python_of
from benchmarks.findings import Finding
from benchmarks.measure import Cost, interleaved, run
from benchmarks.purchases import write_purchases

OURS = "cx"


def measure(bench: Bench) -> Iterator[Finding]:
    """Customers with whole days, drawn from a seed; the largest gap between parameters told."""
    file = bench.size.folder / "purchases.parquet"
    write_purchases(file, bench.size.fitted_customers)
    home = bench.folder("fits")
    works = {OURS: partial(bench.script, "ours.fits", file, home=home, landing=home)}
    python, notes = python_of("lifetimes")
    if python:
        command: list[str | Path] = [python, "-m", "benchmarks.elsewhere.lifetimes_fit", file]
        works["lifetimes"] = partial(run, command, bench.limits)
    costs = interleaved(works, bench.size.repeats, notes)
    figures = {"largest relative gap": _gap(costs)} if len(costs) > 1 else {}
    yield Finding("fits", costs, bench.size.fitted_customers, figures=figures, notes=notes)


def _gap(costs: dict[str, list[Cost]]) -> float:
    ours, theirs = (each[0].found for each in costs.values())
    return max(abs(float(ours[name] / theirs[name] - 1)) for name in theirs)
