"""The models give the same on Spark as on DuckDB, whatever is delivered or killed.

The name keeps this file out of `make test`: `make test-spark` runs it, on a cluster of its own.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import duckdb
import pytest
from pyhive import hive

from orchestration.settings import DBT_PROJECT_DIR
from orchestration.sql import identifier, literal
from tests.engines.comparing import Comparison, compare
from tests.engines.delivery import deliver
from tests.engines.spark_cluster import HOST, Cluster, running
from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of, published_sample

# Types that Spark reads from Parquet as others: instants are of UTC, hashes have 64 bits unsigned.
SENT_AS = {"TIMESTAMP": "timestamptz", "UBIGINT": "decimal(38, 0)", "JSON": "varchar"}
MODELS = ("--resource-type", "model", "--resource-type", "seed")
MODELS_BEFORE_KILL = 60


@dataclass(frozen=True)
class Models:
    """The models on Spark, from what a warehouse in a file has loaded and fitted."""

    file: Warehouse
    cluster: Cluster
    folder: Path

    @property
    def nodes(self) -> dict[str, dict[str, Any]]:
        """Models and registries with rows of their own, by schema and name."""
        return {
            f"{node['schema']}.{node['alias']}": node
            for node in self._manifest()["nodes"].values()
            if node["resource_type"] in ("model", "seed")
            and node["config"]["materialized"] != "view"
        }

    def send(self) -> None:
        """Have Spark read raw tables, the ledger and fits as they are in the file now."""
        folder = self.folder / "sent" / str(time.monotonic_ns())
        with self._open() as file, hive.connect(HOST, self.cluster.port).cursor() as spark:
            for source in self._manifest()["sources"].values():
                name = identifier(source["schema"], source["identifier"])
                parquet = folder / source["schema"] / source["identifier"]
                parquet.mkdir(parents=True)
                file.execute(f"copy ({_sent(file, name)}) to {literal(f'{parquet}/all.parquet')}")
                name = name.replace('"', "`")
                spark.execute(f"create schema if not exists {source['schema']}")
                spark.execute(f"drop table if exists {name}")
                spark.execute(f"create table {name} using parquet location {literal(str(parquet))}")

    def build(self, *selection: str, meanwhile: Callable[[], None] = lambda: None) -> set[str]:
        """Build what dbt's arguments select, which must succeed; give the tests that passed."""
        printed = self.folder / "dbt.txt"
        with printed.open("w") as output:
            process = self._dbt(output, "build", "--exclude-resource-type", "unit_test", *selection)
            built = 0
            while built < MODELS_BEFORE_KILL and process.poll() is None:
                time.sleep(0.5)
                built = printed.read_text().count(" OK created ")
            meanwhile()
            process.wait()
        assert not process.returncode, printed.read_text()
        results = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        return {result["unique_id"] for result in results if result["status"] == "pass"}

    def compared(self) -> dict[str, Comparison]:
        """Each table of the models, of the file and of Spark."""
        with self._open() as connection:
            return {name: self._compared(connection, name) for name in self.nodes}

    def tasks(self) -> dict[str, int]:
        """Tasks that each executor has run, as Spark tells."""
        at = f"http://{HOST}:{self.cluster.ui_port}/api/v1/applications"
        [application] = json.load(urlopen(at))
        executors = json.load(urlopen(f"{at}/{application['id']}/executors"))
        return {one["id"]: one["totalTasks"] for one in executors if one["id"] != "driver"}

    def _compared(self, connection: duckdb.DuckDBPyConnection, name: str) -> Comparison:
        schema, table = self.nodes[name]["schema"], self.nodes[name]["alias"]
        folder = self.cluster.folder / "warehouse" / f"{schema}.db" / table
        of_file = identifier("warehouse", schema, table)
        if not list(folder.rglob("*.parquet")):  # so Spark writes a table of no rows
            of_spark = f"(select * from {of_file} limit 0)"
        else:
            of_spark = (
                f"read_parquet({literal(f'{folder}/**/*.parquet')}, hive_partitioning = true)"
            )
        return compare(connection, name, of_file, of_spark)

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'")
        at = literal(str(self.file.home / "warehouse.duckdb"))
        connection.execute(f"attach {at} as warehouse (read_only)")
        connection.execute("use warehouse")
        return connection

    def _manifest(self) -> dict[str, Any]:
        parsed = self.file.home / "logs" / "dbt" / "manifest.json"
        return dict(json.loads(parsed.read_text()))

    def _dbt(self, output: Any, *arguments: str) -> subprocess.Popen[bytes]:
        written = [
            "--target-path",
            str(self.folder / "target"),
            "--log-path",
            str(self.folder / "logs"),
        ]
        at = ["--target", "spark", "--project-dir", str(DBT_PROJECT_DIR)]
        return subprocess.Popen(
            [Path(sys.executable).with_name("dbt"), *arguments, *at, *written],
            env=os.environ
            | {"CX_SPARK_PORT": str(self.cluster.port), "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR)},
            stdout=output,
            stderr=output,
        )


def _sent(file: duckdb.DuckDBPyConnection, name: str) -> str:
    """A query for a table, in types that Spark has."""
    columns = file.execute(f"describe select * from {name}").fetchall()
    told = (
        f"cast({identifier(column)} as {SENT_AS.get(kind, kind)}) as {identifier(column)}"
        for column, kind, *_ in columns
    )
    return f"select {', '.join(told)} from {name}"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse in a file, which has published once."""
    return copy_of(published_sample(), tmp_path_factory.mktemp("file"))


@pytest.fixture(scope="module")
def models(file: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    """Models on Spark, of the same rows."""
    folder = tmp_path_factory.mktemp("spark")
    with running(folder / "cluster") as cluster:
        yield Models(file, cluster, folder)


@dataclass(frozen=True)
class Built:
    """What was built of a first delivery, and of a second one while a worker was killed."""

    passed: set[str]
    first: dict[str, Comparison]
    tasks: dict[str, int]
    second: dict[str, Comparison]


@pytest.fixture(scope="module")
def built(file: Warehouse, models: Models) -> Built:
    """Both deliveries; the file has the second one as Spark builds it."""
    models.send()
    passed = models.build()
    first, tasks = models.compared(), models.tasks()
    deliver(file)
    file.run()
    models.send()
    models.build(*MODELS, meanwhile=lambda: models.cluster.kill("worker_0"))
    return Built(passed, first, tasks, models.compared())


def unequal(compared: dict[str, Comparison]) -> list[Comparison]:
    return [comparison for comparison in compared.values() if not comparison.is_equal]


def test_each_table_is_equal(built: Built) -> None:
    assert len(built.first) > 200
    assert unequal(built.first) == []


def test_the_same_data_tests_pass(built: Built) -> None:
    of_file = "select unique_id from ledger.built where unique_id like 'test.%'"
    assert built.passed == {name for (name,) in published_sample().query_private(of_file)}


def test_all_executors_ran_tasks(built: Built) -> None:
    assert len(built.tasks) == 2
    assert all(built.tasks.values())


def test_restated_late_and_withdrawn_files_give_the_same_as_a_worker_is_killed(
    built: Built,
) -> None:
    assert {name for name in built.first if built.first[name].rows != built.second[name].rows}
    assert unequal(built.second) == []
