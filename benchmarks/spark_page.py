"""The page of what Spark costs: each size, then what grows from size to size."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from math import log
from typing import TYPE_CHECKING, Any

from benchmarks.markdown import row
from benchmarks.report import FOLDER

if TYPE_CHECKING:
    from benchmarks.spark import Size

_LISTED = 12
_FILE = FOLDER / "spark.json"
_HEAD = """\
# What Spark costs beside DuckDB

Written by `python -m benchmarks.spark`; the figures behind it are in `spark.json`. All models of a
sample, built once from what is loaded: by DuckDB, and by Spark whose master, workers of a core
each, Thrift server and client share the machine. Loading, tests, fits, gates and publish are left
out. CPU is user and system time: of the client, which is dbt and for DuckDB all there is, of the
Thrift server, which plans and schedules (the driver), and of the executors. Shuffled is what tasks
wrote for others to read.

What 10 billion rows would take is figured from here in [scale.md](../docs/scale.md).

"""
_COSTS = ("by", "wall s", "CPU s", "client", "driver", "executors", "÷ DuckDB")
_WORK = (
    *("workers", "statements", "s with tasks", "s without", "tasks", "s of tasks"),
    *("shuffled MB", "shuffled rows", "spilled MB", "widest task, rows"),
)
_GROWTH = """\
## What grows

From {less:,} to {more:,} rows, on two workers. The exponent says how: 1 grows as rows do, 0 not at
all, 2 as their square. Tables are those that shuffled most at the larger size, of {count}.

"""
_OF_ALL = {
    "statements": "statements",
    "CPU of the driver, s": "driver_seconds",
    "CPU of tasks, s": "cpu_seconds",
    "tasks": "tasks",
    "shuffled, MB": "shuffled_bytes",
    "shuffled, rows": "shuffled_rows",
}


def keep(size: "Size") -> None:
    """Put a size in place of what was measured of it on as many workers; write the page anew."""
    kept = json.loads(_FILE.read_text()) if _FILE.exists() else {}
    kept[" ".join(map(str, (size.customers, *size.by_spark)))] = asdict(size)
    _FILE.write_text(json.dumps(kept) + "\n")
    sizes = sorted(json.loads(_FILE.read_text()).values(), key=lambda one: one["rows"])
    (FOLDER / "spark.md").write_text(page(sizes))


def page(sizes: Sequence[Mapping[str, Any]]) -> str:
    """The page, of sizes from the smallest on, each as `benchmarks.spark.Size` is kept."""
    return "".join(_parts(sizes))


def _parts(sizes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield _HEAD
    for size in sizes:
        yield f"## {size['customers']:,} customers, {size['rows']:,} rows\n\n{size['about']}\n\n"
        yield from _table(_COSTS, _costs(size))
        yield from _table(_WORK, _work(size))
    on_two = {size["rows"]: size for size in sizes if "2" in size["by_spark"]}
    if len(on_two) > 1:
        yield from _growth(*list(on_two.values())[-2:])


def _costs(size: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    duckdb = size["by_duckdb"]
    seconds = duckdb["cpu_seconds"]
    yield "DuckDB", f"{duckdb['wall_seconds']:,.0f}", *[f"{seconds:,.0f}"] * 2, "", "", "1"
    for workers, built in size["by_spark"].items():
        parts = (built["client"]["cpu_seconds"], built["driver_seconds"], built["executor_seconds"])
        yield (
            f"Spark, workers: {workers}",
            f"{built['client']['wall_seconds']:,.0f}",
            f"{sum(parts):,.0f}",
            *(f"{part:,.0f}" for part in parts),
            f"{sum(parts) / seconds:.0f}",
        )


def _work(size: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for workers, built in size["by_spark"].items():
        events, of_all = built["events"], _of_all(built)
        yield (
            workers,
            f"{events['statements']:,}",
            f"{events['seconds_with_tasks']:.2f}",
            f"{events['seconds_without']:.2f}",
            f"{of_all['tasks']:,}",
            f"{of_all['seconds']:,.0f}",
            f"{of_all['shuffled_bytes'] / 1e6:,.1f}",
            f"{of_all['shuffled_rows']:,}",
            f"{of_all['spilled_bytes'] / 1e6:,.1f}",
            f"{max(one['widest_rows'] for one in events['tables'].values()):,}",
        )


def _of_all(built: Mapping[str, Any]) -> dict[str, float]:
    works = built["events"]["tables"].values()
    told = {name: sum(one[name] for one in works) for name in next(iter(works))}
    return told | {
        "statements": built["events"]["statements"],
        "driver_seconds": built["driver_seconds"],
    }


def _growth(less: Mapping[str, Any], more: Mapping[str, Any]) -> Iterator[str]:
    times = more["rows"] / less["rows"]
    before, after = less["by_spark"]["2"], more["by_spark"]["2"]
    tables, earlier = after["events"]["tables"], before["events"]["tables"]
    yield _GROWTH.format(less=less["rows"], more=more["rows"], count=len(tables))
    yield from _table(("of all", "smaller", "larger", "exponent"), _totals(before, after, times))
    # A size that was measured of an older commit may lack some.
    most = sorted(tables.keys() & earlier, key=lambda name: -tables[name]["shuffled_bytes"])
    yield from _table(
        ("table", "shuffled MB", "exponent", "widest task, rows", "exponent"),
        [_grown(name, earlier[name], tables[name], times) for name in most[:_LISTED]],
    )


def _totals(
    less: Mapping[str, Any], more: Mapping[str, Any], times: float
) -> Iterator[Sequence[str]]:
    for name, key in _OF_ALL.items():
        unit = 1e6 if "MB" in name else 1
        one, other = (_of_all(built)[key] / unit for built in (less, more))
        yield name, f"{one:,.0f}", f"{other:,.0f}", _exponent(one, other, times)


def _grown(name: str, less: Mapping[str, Any], more: Mapping[str, Any], times: float) -> list[str]:
    cells = [name]
    for key, unit in (("shuffled_bytes", 1e6), ("widest_rows", 1)):
        cells += [f"{more[key] / unit:,.0f}", _exponent(less[key], more[key], times)]
    return cells


def _exponent(less: float, more: float, times: float) -> str:
    return f"{log(more / less) / log(times):.2f}" if less and more else ""


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield row(*names) + row("---", *["---:"] * (len(names) - 1))
    yield from (row(*cells) for cells in rows)
    yield "\n"
