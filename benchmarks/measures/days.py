"""One new day, and one old day that is restated, on histories of several lengths."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from benchmarks.bench import Bench, bytes_below
from benchmarks.findings import Finding
from benchmarks.histories import History
from benchmarks.measure import Cost

_KINDS = {"new": "one new day", "old": "one restated day"}


def measure(bench: Bench) -> Iterator[Finding]:
    """Both on each history, in turns, told after each: deliveries come once, no home is copied."""
    for days in bench.size.histories:
        history = bench.history(days)
        if not history.home.exists():
            bench.cx(history, "run")
        found: dict[str, list[tuple[Cost, int, int]]] = {kind: [] for kind in _KINDS}
        deliveries = [history.waiting(kind)[: bench.size.repeats] for kind in _KINDS]
        for turn in zip(*deliveries, strict=True):
            for (kind, name), delivery in zip(_KINDS.items(), turn, strict=True):
                cost, rows = _delivered(bench, history, delivery)
                found[kind].append((cost, rows, bytes_below(delivery)))
                costs, counts, sizes = zip(*found[kind], strict=True)
                yield Finding(
                    f"{name} on {days:,} days",
                    {"cx run": list(costs)},
                    rows=sum(counts) // len(counts),
                    size_bytes=sum(sizes) // len(sizes),
                )


def _delivered(bench: Bench, history: History, delivery: Path) -> tuple[Cost, int]:
    """Deliver and run; the cost, and the rows that came."""
    lines, _ = _ledger(history)
    history.deliver(delivery)
    cost = bench.cx(history, "run")
    _, rows = _ledger(history, lines)
    return cost, rows


def _ledger(history: History, after: int = 0) -> tuple[int, int]:
    """Lines of the ledger, which are only ever added, and the rows of files after some of them."""
    with duckdb.connect(history.home / "warehouse.duckdb", read_only=True) as connection:
        ((lines, rows),) = connection.execute(
            """
            select count(*), coalesce(sum(rows_in_file) filter (where rowid >= $after), 0)::bigint
            from ledger.files
            """,
            {"after": after},
        ).fetchall()
    return lines, rows
