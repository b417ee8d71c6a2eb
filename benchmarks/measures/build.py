"""From landing files to published tables: ours, a plain script, and the same work elsewhere."""

import shutil
from collections.abc import Iterator
from functools import partial

import duckdb

from benchmarks.bench import Bench, bytes_below
from benchmarks.findings import Finding
from benchmarks.measure import Cost, Work, interleaved
from benchmarks.measures.elsewhere import others
from benchmarks.plain.script import compile_script
from benchmarks.same import different_tables, told
from orchestration.publishing.published import FILE_NAME

FULL_BUILD = "full build"
PLAIN = "plain DuckDB script"
_ABOUT_PLAIN = (
    f"{PLAIN}: plain inserts, the SQL that dbt compiles of each model in the order of the graph, "
    "the same fits, a plain copy for readers; no test, gate or ledger, and nothing tuned by hand"
)


def measure(bench: Bench) -> Iterator[Finding]:
    """The full build; the home of the last repeat is kept."""
    history = bench.history()
    notes: list[str] = []
    works: dict[str, Work] = {"cx run": partial(_ours, bench)}
    if "plain" in bench.size.counterparts:
        notes.append(_ABOUT_PLAIN)
        works[PLAIN] = partial(_plain, bench, notes)
    if "elsewhere" in bench.size.counterparts:
        works |= others(bench, notes)
    costs = interleaved(works, bench.size.repeats, notes)
    rows = _rows_loaded(bench)
    said = list(dict.fromkeys(notes))
    yield Finding(FULL_BUILD, costs, rows, bytes_below(history.landing), notes=said)


def _ours(bench: Bench) -> Cost:
    history = bench.history()
    shutil.rmtree(history.home, ignore_errors=True)
    return bench.cx(history, "run")


def _plain(bench: Bench, notes: list[str]) -> Cost:
    """Run the script, which is compiled before the first time, and compare what it gives."""
    history = bench.history()
    if not bench.script_file.exists():
        compile_script(history.home, bench.script_file)
    home = bench.folder("plain")
    database = history.home / "warehouse.duckdb"
    cost = bench.script(
        "plain.build", bench.script_file, database, home=home, landing=history.landing
    )
    published = [each / "published" / FILE_NAME for each in (history.home, home)]
    notes.append(f"{PLAIN}: {told(different_tables(*published))}")
    return cost


def _rows_loaded(bench: Bench) -> int:
    with duckdb.connect(bench.history().home / "warehouse.duckdb", read_only=True) as connection:
        ((rows,),) = connection.sql("select sum(rows_in_file)::bigint from ledger.files").fetchall()
    return int(rows)
