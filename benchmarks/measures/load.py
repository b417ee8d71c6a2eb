"""Loading a table in each format, against a plain typed insert by DuckDB's own reader."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.bench import Bench, bytes_below
from benchmarks.findings import Finding
from benchmarks.formats import write_options
from benchmarks.measure import Cost, interleaved
from orchestration.sql import literal

INSERT = "typed insert"
_TABLE = "web/events"
_FORMATS = ("csv", "jsonl", "parquet")
_FILE = "2026-06-30"


def measure(bench: Bench) -> Iterator[Finding]:
    """One finding a format."""
    for kind in _FORMATS:
        landing = bench.folder(f"load-{kind}")
        file = landing / _TABLE / f"{_FILE}.{kind}"
        _write_rows(bench.size.zone / _TABLE, file, bench.size.load_rows)
        notes: list[str] = []
        works = {
            "cx": partial(_load, bench, "ours.load", landing),
            INSERT: partial(_load, bench, "plain.load", landing),
        }
        costs = interleaved(works, bench.size.repeats, notes)
        size = bytes_below(landing)
        yield Finding(f"load {kind}", costs, bench.size.load_rows, size, notes=notes)


def _write_rows(folder: Path, file: Path, rows: int) -> None:
    """Write a number of rows of a table into one file, each under a key of its own."""
    file.parent.mkdir(parents=True)
    options = "format json" if file.suffix == ".jsonl" else write_options(file)
    with duckdb.connect() as connection:
        events = f"read_parquet({literal(str(folder / '*.parquet'))})"
        counted = connection.sql(f"select count(*) from {events}").fetchall()
        copies = rows // counted[0][0] + 1
        connection.execute(
            f"""
            copy (
                select events.* replace (event_id || '-' || copy as event_id)
                from range({copies}) as copies(copy) cross join {events} as events limit {rows}
            ) to {literal(str(file))} ({options})
            """
        )


def _load(bench: Bench, module: str, landing: Path) -> Cost:
    return bench.script(module, _TABLE, home=bench.folder("load-home"), landing=landing)
