"""One new day, and one old day that is restated, on histories of several lengths."""

from collections.abc import Iterator

from benchmarks.bench import Bench, bytes_below
from benchmarks.findings import Finding
from benchmarks.histories import History
from benchmarks.measure import Cost

_KINDS = {"new": "one new day", "old": "one restated day"}


def measure(bench: Bench) -> Iterator[Finding]:
    """Both on each history, in turns: each delivery comes once, so that no home is copied."""
    for days in bench.size.histories:
        history = bench.history(days)
        if not history.home.exists():
            bench.cx(history, "run")
        deliveries = [(kind, history.waiting(kind)) for kind in _KINDS]
        costs: dict[str, list[Cost]] = {kind: [] for kind in _KINDS}
        for turn in zip(*(waiting for _, waiting in deliveries), strict=True):
            for kind, delivery in zip(_KINDS, turn, strict=True):
                history.deliver(delivery)
                costs[kind].append(bench.cx(history, "run"))
        for kind, name in _KINDS.items():
            yield Finding(
                f"{name} on {days:,} days",
                {"cx run": costs[kind]},
                size_bytes=_mean_bytes(history, kind),
            )


def _mean_bytes(history: History, kind: str) -> int:
    waiting = history.waiting(kind)
    return sum(map(bytes_below, waiting)) // len(waiting)
