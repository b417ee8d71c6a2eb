"""Publishing, against a plain copy of the same tables into a file and Parquet."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench, bytes_below
from benchmarks.findings import Finding
from benchmarks.measure import Cost, interleaved


def measure(bench: Bench) -> Iterator[Finding]:
    """Without the report, which has no counterpart."""
    history = bench.history()
    notes: list[str] = []
    works = {
        "cx": partial(bench.script, "ours.publish", home=history.home, landing=history.landing),
        "copy": partial(_copy, bench),
    }
    costs = interleaved(works, bench.size.repeats, notes)
    size = bytes_below((history.home / "published" / "latest").resolve())
    yield Finding("publish", costs, size_bytes=size, notes=notes)


def _copy(bench: Bench) -> Cost:
    history = bench.history()
    folder = bench.folder("copied") / "published"
    return bench.script("plain.publish", folder, home=history.home, landing=history.landing)
