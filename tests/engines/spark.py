"""A run whose models are computed by Spark publishes what one of DuckDB alone does.

The name keeps this file out of `make test`: `make test-spark` runs it, on a cluster of its own.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import duckdb
import pytest

from orchestration.building.bringing import bring_back
from orchestration.settings import Settings
from orchestration.spark import spark as spark_of
from orchestration.sql import identifier, literal
from tests.engines.comparing import Comparison, compare
from tests.engines.delivery import MART, deliver, extend
from tests.engines.published import OF_THE_RUN, described
from tests.engines.spark_cluster import HOST, Cluster, running
from tests.integration.conftest import SHARED_LANDING, Warehouse
from tests.integration.slim import narrow_project

NOWHERE = Cluster(Path())
# Of a build that runs about two thousand.
TASKS_BEFORE_KILL = 300
ZONE = SHARED_LANDING / "helpdesk"


@dataclass(frozen=True)
class Computed(Warehouse):
    """A warehouse whose models Spark computes."""

    cluster: Cluster = NOWHERE

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "CX_TARGET": "spark",
            "CX_SPARK_PORT": str(self.cluster.port),
        }

    def tasks(self) -> dict[str, int]:
        """Tasks that each executor has run, as Spark tells."""
        at = f"http://{HOST}:{self.cluster.ui_port}/api/v1/applications"
        [application] = json.load(urlopen(at))
        executors = json.load(urlopen(f"{at}/{application['id']}/allexecutors"))
        return {one["id"]: one["totalTasks"] for one in executors if one["id"] != "driver"}

    def run_until(self, tasks: int) -> subprocess.Popen[str]:
        """Start a run, which is at work still once it has run some tasks."""
        before = sum(self.tasks().values())
        run = self.start_run()
        while sum(self.tasks().values()) < before + tasks and run.poll() is None:
            time.sleep(0.5)
        return run

    def compared(self, file: Warehouse) -> list[Comparison]:
        """Each table that is published, and each that the models have, beside those of a file."""
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            for name, database in {"of_file": file.home, "of_spark": self.home}.items():
                at = literal(str(database / "published" / "cx.duckdb"))
                connection.execute(f"attach {at} as {name} (read_only)")
            private = literal(str(file.home / "warehouse.duckdb"))
            connection.execute(f"attach {private} as warehouse (read_only)")
            return [*self._published(connection), *self._private(connection)]

    def _published(self, connection: duckdb.DuckDBPyConnection) -> Iterator[Comparison]:
        tables = connection.execute(
            "select distinct schema_name, table_name from duckdb_tables()"
            " where database_name in ('of_file', 'of_spark')"
        ).fetchall()
        for schema, table in tables:
            if table not in OF_THE_RUN:
                sides = [identifier(side, schema, table) for side in ("of_file", "of_spark")]
                yield compare(connection, f"published {schema}.{table}", *sides)

    def _private(self, connection: duckdb.DuckDBPyConnection) -> Iterator[Comparison]:
        manifest = json.loads((self.home / "logs" / "dbt" / "manifest.json").read_text())
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'warehouse'"
        ).fetchall()
        computed = {(node["schema"], node["alias"]) for node in manifest["nodes"].values()}
        for schema, table in computed.intersection(tables):
            folder = self.cluster.folder / "warehouse" / f"{schema}.db" / table
            of_file = identifier("warehouse", schema, table)
            of_spark = f"(select * from {of_file} limit 0)"
            if list(folder.rglob("*.parquet")):  # which a table of no rows may not have
                files = literal(f"{folder}/**/*.parquet")
                of_spark = f"read_parquet({files}, hive_partitioning = true)"
            yield compare(connection, f"{schema}.{table}", of_file, of_spark)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with two workers."""
    with running(tmp_path_factory.mktemp("spark") / "cluster") as cluster:
        yield cluster


@pytest.fixture(scope="module")
def spark(file: Warehouse, cluster: Cluster) -> Computed:
    """The same files, their models computed by Spark, which has published once."""
    folder = cluster.folder.parent
    shutil.copytree(file.landing, folder / "landing")
    spark = Computed(folder / "home", folder / "landing", own=file.own, cluster=cluster)
    spark.run()
    return spark


@dataclass(frozen=True)
class Delivered:
    """What was true of a first delivery, and of a second one while a worker was killed.

    A run of the second was killed before, `is_read_as_before` says whether readers had what they
    had.
    """

    first: list[Comparison]
    described: tuple[list[Any], list[Any]]
    tasks: dict[str, int]
    again: str
    is_read_as_before: bool
    second: list[Comparison]


@pytest.fixture(scope="module")
def delivered(file: Warehouse, spark: Computed) -> Delivered:
    """Both deliveries."""
    first, tasks, again = spark.compared(file), spark.tasks(), spark.run()
    told, read = (described(file), described(spark)), spark.tables()
    for warehouse in (file, spark):
        deliver(warehouse)
    extend(file)
    file.run()
    run = spark.run_until(TASKS_BEFORE_KILL)
    os.killpg(run.pid, signal.SIGKILL)
    printed = run.communicate()[0]
    assert run.returncode == -signal.SIGKILL, printed
    is_read_as_before = spark.tables() == read
    run = spark.run_until(TASKS_BEFORE_KILL)
    spark.cluster.kill("worker_0")
    printed = run.communicate()[0]
    assert run.returncode == 0, printed
    return Delivered(first, told, tasks, again, is_read_as_before, spark.compared(file))


@pytest.fixture(scope="module")
def real(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> list[Comparison]:
    """Tickets of a company, in a home that has the cluster after another, whose tables it finds."""
    if not ZONE.exists():
        pytest.skip(f"there is no real landing zone in {ZONE}")
    folder = tmp_path_factory.mktemp("real")
    project = narrow_project(folder / "project", "support_by_segment")
    file = Warehouse(folder / "file", ZONE, project)
    computed = Computed(folder / "home", ZONE, project, cluster=cluster)
    for warehouse in (file, computed):
        warehouse.run()
    return computed.compared(file)


def unequal(compared: list[Comparison]) -> list[Comparison]:
    return [comparison for comparison in compared if not comparison.is_equal]


def test_each_table_is_equal(delivered: Delivered) -> None:
    assert len(delivered.first) > 260
    assert unequal(delivered.first) == []


def test_what_is_published_has_the_same_types_and_descriptions(delivered: Delivered) -> None:
    of_file, of_spark = delivered.described
    assert of_spark == of_file


def test_all_executors_ran_tasks(delivered: Delivered) -> None:
    assert len(delivered.tasks) == 2
    assert all(delivered.tasks.values())


def test_a_run_with_nothing_new_is_told_at_once(delivered: Delivered) -> None:
    assert "Nothing is new" in delivered.again


def test_the_run_after_a_killed_one_gives_the_same_though_a_worker_is_killed(
    delivered: Delivered,
) -> None:
    assert {it.rows for it in delivered.first} != {it.rows for it in delivered.second}
    assert unequal(delivered.second) == []


def test_what_a_company_adds_in_its_own_folder_gives_the_same_without_an_edit(
    delivered: Delivered,
) -> None:
    rows = {it.table: it.rows for it in delivered.second}
    assert rows[f"published marts.{MART}"] and rows["published marts.answerers"]


def test_a_killed_run_leaves_readers_what_they_had(delivered: Delivered) -> None:
    assert delivered.is_read_as_before


def test_real_tickets_give_the_same(real: list[Comparison]) -> None:
    tickets = json.loads((ZONE / "expected.json").read_text())["tickets"]
    assert {it.rows for it in real if it.table == "published marts.fct_tickets"} == {tickets}
    assert unequal(real) == []


def test_months_that_are_made_from_the_same_are_not_brought_back_again(
    cluster: Cluster, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, target="spark", spark_port=cluster.port)
    fact = SimpleNamespace(schema="brought", alias="fact", description="Values.", columns={})

    def bring(column: str, rows: str) -> list[str]:
        with spark_of(settings) as cursor:
            cursor.execute("create schema if not exists brought")
            cursor.execute("drop table if exists brought.fact")
            cursor.execute(
                "create table brought.fact using parquet partitioned by (event_month) as"
                f" select * from values {rows} as t({column}, input_fingerprint, event_month)"
            )
            bring_back(warehouse, cursor, settings, [fact])
        brought = warehouse.execute(f"select {column} from brought.fact order by event_month")
        return [value for (value,) in brought.fetchall()]

    before = (
        "('a', 'one', date '2026-01-01'),"
        " ('b', 'two', date '2026-02-01'),"
        " ('c', 'three', date '2026-03-01')"
    )
    now = (
        "('A', 'one', date '2026-01-01'),"
        " ('B', 'other', date '2026-02-01'),"
        " ('D', 'four', date '2026-04-01')"
    )
    with duckdb.connect() as warehouse:
        assert bring("value", before) == ["a", "b", "c"]
        assert bring("value", now) == ["a", "B", "D"]
        assert bring("value", now) == ["a", "B", "D"]
        assert bring("renamed", now) == ["A", "B", "D"]
        comments = warehouse.execute("select comment from duckdb_tables()").fetchall()
    assert comments == [("Values.",)]


def test_spark_that_cannot_be_reached_is_told_in_a_sentence(spark: Computed) -> None:
    done = spark.cx("run", "--full", CX_SPARK_PORT="1")
    assert done.returncode and "Spark cannot be reached at 127.0.0.1:1" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_no_copy_is_made_of_what_is_in_spark(spark: Computed, tmp_path: Path) -> None:
    for command in (("backup", str(tmp_path / "copy")), ("preview", "nps_by_segment")):
        done = spark.cx(*command)
        assert done.returncode and "docs/scale.md says" in done.stdout
