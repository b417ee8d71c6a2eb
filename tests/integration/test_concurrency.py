"""One writer at a time, and any number of readers, none of whom sees anything but one publish."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.publishing.publish import publish
from orchestration.publishing.published import current_id, publishes
from orchestration.publishing.swap import KEPT_PUBLISHES, roll_back
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.hanging import HANGS_AFTER_SECONDS
from tests.integration.conftest import Warehouse, land
from tests.integration.slim import LANDED, slim_project

READERS = 8
PUBLISHES = 20

# Prints each (publish id, generation) that it sees; generations differ from publish to publish.
# Readers rest, or eight of them starve the publishes that they watch.
READ_FILE = """
import sys, time, duckdb
while True:
    time.sleep(0.3)
    with duckdb.connect(sys.argv[1] + "/cx.duckdb", read_only=True) as connection:
        for table in ("scores", "more_scores", "scores"):
            time.sleep(0.05)
            ids = connection.execute("select distinct publish_id from marts.publish_info")
            found = ids.fetchall()
            query = f"select distinct generation, count(*) from marts.{table} group by all"
            found += connection.execute(query).fetchall()
            print(*(value for row in found for value in row), flush=True)
"""
READ_PARQUET = """
import sys, time, pathlib, duckdb
while True:
    time.sleep(0.3)
    latest = pathlib.Path(sys.argv[1], "latest").resolve()
    found = duckdb.sql(f"select distinct publish_id from '{latest}/publish_info.parquet'")
    found = found.fetchall()
    for table in ("scores", "more_scores"):
        time.sleep(0.05)
        query = f"select distinct generation, count(*) from '{latest}/{table}.parquet' group by all"
        print(*(value for row in found + duckdb.sql(query).fetchall() for value in row), flush=True)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with empty raw tables, to publish from."""
    settings = Settings(home=tmp_path)
    with connect(settings) as warehouse:
        for table in source_tables():
            create_tables(warehouse, table)
        warehouse.execute("create schema marts")
    return settings


def publish_generation(settings: Settings, generation: int) -> str:
    """Publish two tables that both tell the generation; give the publish id."""
    with connect(settings) as warehouse:
        for table in ("scores", "more_scores"):
            warehouse.execute(
                f"""
                create or replace table marts.{table} as
                select range as id, {generation} as generation from range(50_000)
                """
            )
    return publish(settings).publish_id


def test_readers_through_many_publishes_each_see_one_publish(settings: Settings) -> None:
    published = {publish_generation(settings, 0): 0}
    scripts = [READ_FILE if reader % 2 else READ_PARQUET for reader in range(READERS)]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(settings.published_dir)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for script in scripts
    ]
    first = [reader.stdout.readline() for reader in readers if reader.stdout]
    for generation in range(1, PUBLISHES):
        published[publish_generation(settings, generation)] = generation
        if generation % 5 == 0:
            assert roll_back(settings).name == sorted(published)[-2]
    for reader in readers:
        assert reader.poll() is None, reader.communicate()
        reader.kill()

    for reader, line in zip(readers, first, strict=True):
        printed, failed = reader.communicate()
        answers = [answer.split() for answer in (line + printed).splitlines()]
        complete = [answer for answer in answers if len(answer) == 3]
        assert failed == "" and len(complete) >= len(answers) - 1  # the last may be cut off
        assert len({tuple(answer) for answer in complete}) > 2, "the readers saw no publishes"
        for publish_id, seen, rows in complete[: len(answers) - 1]:
            assert (published[publish_id], 50_000) == (int(seen), int(rows))
    assert len(publishes(settings.published_dir)) == KEPT_PUBLISHES


def test_a_reader_keeps_an_old_publish_that_retention_took_away(settings: Settings) -> None:
    import duckdb

    old = publish_generation(settings, 0)
    with duckdb.connect(settings.published_dir / "cx.duckdb", read_only=True) as reader:
        for generation in range(1, KEPT_PUBLISHES + 2):
            publish_generation(settings, generation)
        assert not (settings.published_dir / old).exists()
        for table in ("scores", "more_scores"):
            found = reader.execute(f"select sum(generation), count(*) from marts.{table}")
            assert found.fetchall() == [(0, 50_000)]
        query = "select distinct publish_id from marts.publish_info"
        assert reader.execute(query).fetchall() == [(old,)]


def test_ids_ascend_when_the_clock_is_put_back(settings: Settings) -> None:
    ahead = publish_generation(settings, 0)
    in_future = settings.published_dir / f"2{int(ahead[1:4]) + 1:03}{ahead[4:]}"
    (settings.published_dir / ahead).rename(in_future)
    later = [publish_generation(settings, generation) for generation in range(1, 8)]
    assert [in_future.name, *later] == sorted({in_future.name, *later})
    assert current_id(settings.published_dir) == later[-1]
    assert [folder.name for folder in publishes(settings.published_dir)] == later[-5:]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A home that was never run, and a small delivery."""
    land(
        tmp_path / "landing",
        "survey/responses/2026-06-30.csv",
        "response_id,instrument_id,responded_at,score\nr1,nps_relationship,2026-06-30,9\n",
    )
    return Warehouse(tmp_path / "home", tmp_path / "landing", slim_project(tmp_path / "project"))


def landed(warehouse: Warehouse) -> int:
    return int(warehouse.query(f"select sum(landed_rows) from marts.{LANDED}")[0][0])


def test_of_two_runs_at_once_one_publishes_and_the_other_names_it(warehouse: Warehouse) -> None:
    runs = [warehouse.start_run() for _ in range(2)]
    printed = {run.pid: run.communicate(timeout=HANGS_AFTER_SECONDS)[0] for run in runs}
    [winner] = [run.pid for run in runs if run.returncode == 0]
    [loser] = [run.pid for run in runs if run.returncode != 0]
    assert f"Process {winner} is using the warehouse" in printed[loser]
    assert "Traceback" not in printed[loser] and "Published" not in printed[loser]
    assert landed(warehouse) == 1
    assert len(publishes(warehouse.home / "published")) == 1
