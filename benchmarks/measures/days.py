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
    """Both on each history, in turns: each delivery comes once, so that no home is copied."""
    for days in bench.size.histories:
        history = bench.history(days)
        if not history.home.exists():
            bench.cx(history, "run")
        costs: dict[str, list[Cost]] = {kind: [] for kind in _KINDS}
        rows = dict.fromkeys(_KINDS, 0)
        deliveries = {kind: history.waiting(kind)[: bench.size.repeats] for kind in _KINDS}
        for turn in zip(*deliveries.values(), strict=True):
            for kind, delivery in zip(_KINDS, turn, strict=True):
                cost, loaded = _delivered(bench, history, delivery)
                costs[kind].append(cost)
                rows[kind] += loaded
        for kind, name in _KINDS.items():
            size = sum(map(bytes_below, deliveries[kind]))
            yield Finding(
                f"{name} on {days:,} days",
                {"cx run": costs[kind]},
                rows=rows[kind] // bench.size.repeats,
                size_bytes=size // bench.size.repeats,
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
