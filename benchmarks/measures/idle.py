"""A run with nothing new, and one that is told to run anyway."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.findings import Finding
from benchmarks.measure import interleaved


def measure(bench: Bench) -> Iterator[Finding]:
    """On the home of the last full build."""
    history = bench.history()
    works = {
        "cx run": partial(bench.cx, history, "run"),
        "cx run --full": partial(bench.cx, history, "run", "--full"),
    }
    costs = interleaved(works, bench.size.repeats)
    yield Finding("nothing new", {"cx run": costs["cx run"]})
    yield Finding("nothing new, all the same", {"cx run --full": costs["cx run --full"]})
