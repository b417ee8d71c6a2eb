"""What BI tools ask of every published table."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.findings import Finding

_LIMIT_MILLISECONDS = 100
_NAMED = 10


def measure(bench: Bench) -> Iterator[Finding]:
    """The share of answers within the limit, the slowest queries named."""
    history = bench.history()
    cost = bench.script("ours.queries", home=history.home, landing=history.landing)
    taken: dict[str, list[float]] = cost.found["milliseconds"]
    answers = [each for query in taken.values() for each in query]
    share = sum(each <= _LIMIT_MILLISECONDS for each in answers) / len(answers)
    slow = sorted(
        (name for name, each in taken.items() if max(each) > _LIMIT_MILLISECONDS),
        key=lambda name: -max(taken[name]),
    )
    notes = [f"{name}: {max(taken[name]):.0f} ms" for name in slow[:_NAMED]]
    figures = {"queries": len(taken), "share under 100 ms": share}
    yield Finding("BI queries", {"cx": [cost]}, figures=figures, notes=notes)
