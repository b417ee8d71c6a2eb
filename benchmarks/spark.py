"""`python -m benchmarks.spark [CUSTOMERS ...]`: what Spark costs beside DuckDB, and what grows.

For each number of customers all models are built, by DuckDB, then by Spark on a cluster of two
workers and of one (`--workers 2` is enough for what grows). Writes benchmarks/spark.md, with what
was measured before of other sizes or on other workers. It needs what `make spark` installs, both
cores and 9 GB; the event log of a build takes 1 GB meanwhile.
"""

import os
import platform
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.machine import machine
from benchmarks.measure import Cost, run
from benchmarks.spark_events import Events, read_events
from benchmarks.spark_page import keep
from orchestration.publishing.publish import code_version
from orchestration.sample import write_sample
from tests.engines.spark_cluster import SPARK, running

SIZES = (300, 3_000)
WORKERS = (2, 1)
_TICKS = os.sysconf("SC_CLK_TCK")
_KEPT = {
    "spark.eventLog.enabled": True,
    "spark.eventLog.compress": False,
    "spark.eventLog.rolling.enabled": False,
}


@dataclass(frozen=True)
class BySpark:
    """A build: what the client cost, CPU seconds of driver and executors, and what was done."""

    client: Cost
    driver_seconds: float
    executor_seconds: float
    events: Events


@dataclass(frozen=True)
class Size:
    """A sample, the rows that landed, and what its build cost: by DuckDB, and by some workers."""

    customers: int
    rows: int
    about: str
    by_duckdb: Cost
    by_spark: dict[int, BySpark]


def main(customers: Sequence[int], workers: Sequence[int]) -> None:
    """Measure each size, and write the page."""
    for number in customers:
        with TemporaryDirectory() as folder:
            keep(_measured(number, workers, Path(folder)))


def _measured(customers: int, workers: Sequence[int], folder: Path) -> Size:
    landing, home = folder / "landing", folder / "duckdb"
    write_sample(landing, customers=customers)
    cost = _build(landing, home)
    with duckdb.connect(home / "warehouse.duckdb", read_only=True) as connection:
        told = connection.sql("select sum(rows_in_file)::bigint from ledger.files").fetchall()
    by_spark = {number: _by_spark(landing, folder / str(number), number) for number in workers}
    return Size(customers, told[0][0], _about(), cost, by_spark)


def _build(landing: Path, home: Path, **environment: str) -> Cost:
    places = {"CX_HOME": str(home), "CX_LANDING": str(landing)}
    return run([sys.executable, "-m", "benchmarks.ours.models"], places | environment)


def _by_spark(landing: Path, folder: Path, workers: int) -> BySpark:
    events = folder / "events"
    events.mkdir(parents=True)
    kept = _KEPT | {"spark.eventLog.dir": events.as_uri()}
    with running(folder / "cluster", workers, kept) as cluster:
        pids = cluster.pids()
        before = {name: _cpu_seconds(pid) for name, pid in pids.items()}
        asked = {"CX_TARGET": "spark", "CX_SPARK_PORT": str(cluster.port)}
        cost = _build(landing, folder / "home", **asked)
        used = {name: _cpu_seconds(pid) - before[name] for name, pid in pids.items()}
    executors = sum(seconds for name, seconds in used.items() if name.startswith("worker"))
    return BySpark(cost, used["thrift"], executors, read_events(events))


def _cpu_seconds(group: int) -> float:
    """User and system time of a group of processes so far."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        # After the name, which may hold anything: state, parent, group, and 9 fields on the times.
        try:
            after_name = file.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(after_name[2]) == group:
            ticks += int(after_name[11]) + int(after_name[12])
    return ticks / _TICKS


def _about() -> str:
    [spark] = SPARK.glob("lib/*/site-packages/pyspark-*.dist-info")
    named = [spark.name.removesuffix(".dist-info").replace("-", " ")]
    named += [f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "dbt-spark")]
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, code {code_version()}"
    return f"{when}, {machine()}, Python {platform.python_version()}, {', '.join(named)}"


if __name__ == "__main__":
    parser = ArgumentParser("benchmarks.spark")
    parser.add_argument("customers", type=int, nargs="*", default=SIZES)
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS)
    told = parser.parse_args()
    main(told.customers, told.workers)
