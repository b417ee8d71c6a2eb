"""A run with nothing new."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.findings import Finding
from benchmarks.measure import interleaved


def measure(bench: Bench) -> Iterator[Finding]:
    """On the home of the last full build."""
    works = {"cx run": partial(bench.cx, bench.history(), "run")}
    yield Finding("nothing new", interleaved(works, bench.size.repeats))
