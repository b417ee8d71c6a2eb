"""A warehouse in a DuckLake publishes what one in a file does, whatever is delivered or killed.

The name keeps this file out of `make test`: `make test-ducklake` runs it, on a PostgreSQL server.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from orchestration.sql import identifier
from orchestration.warehouse import connect
from tests.engines.delivery import MART, deliver, extend
from tests.engines.published import described, published
from tests.integration.conftest import Warehouse
from tests.postgres_server import PASSWORD, PostgresServer, program, running

# Of what a build creates and replaces, a commit each.
SNAPSHOTS_BEFORE_KILL = 30
SCORES = "marts.nps_by_segment"
READER = f"""
import sys
from orchestration.settings import Settings
from orchestration.warehouse import connect
with connect(Settings(), read_only=True) as lake:
    while True:
        print(*lake.execute("select sum(hash(s))::text from {SCORES} as s").fetchone(), flush=True)
"""


@dataclass(frozen=True)
class Lake(Warehouse):
    """A warehouse whose tables are Parquet, in a catalog."""

    catalog: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "CX_TARGET": "ducklake",
            "CX_DUCKLAKE_CATALOG": self.catalog,
        }

    @property
    def settings(self) -> Settings:
        return Settings(
            home=self.home,
            landing=self.landing,
            target="ducklake",
            ducklake_catalog=SecretStr(self.catalog),
        )

    def query_private(self, sql: str) -> list[Any]:
        with connect(self.settings, read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running() as server:
        server.create_login("builder", "")
        server.say("create database lake owner builder")
        yield server


@pytest.fixture(scope="module")
def lake(file: Warehouse, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The same files in a lake, which has published once."""
    folder = tmp_path_factory.mktemp("lake")
    shutil.copytree(file.landing, folder / "landing")
    catalog = server.url("lake", "builder")
    lake = Lake(folder / "home", folder / "landing", own=file.own, catalog=catalog)
    lake.run()
    return lake


@dataclass(frozen=True)
class Delivered:
    """What was in the lake before and after a second delivery, and what was seen meanwhile."""

    before: dict[str, list[Any]]
    published_at: Any
    dump: Path
    after_kill: dict[str, list[Any]]
    scores: tuple[str, str]
    scores_seen: list[str]


@pytest.fixture(scope="module")
def delivered(file: Warehouse, lake: Lake) -> Delivered:
    """A second delivery to both; to the lake in a run that is killed, and one that heals it."""
    before, scores_before = lake.tables(), scores(lake)
    [(published_at,)] = lake.query("select any_value(published_at) from marts.publish_info")
    dump = lake.home.parent / "before.dump"
    say("pg_dump", "--format=custom", "--file", str(dump), lake.catalog)
    for warehouse in (file, lake):
        deliver(warehouse)
    extend(file)
    file.run()
    with reading(lake) as seen:
        kill_in_build(lake)
        after_kill = lake.tables()
        lake.run()
        after = scores(lake)
        until_seen(after, seen)
    return Delivered(before, published_at, dump, after_kill, (scores_before, after), seen.lines())


@dataclass(frozen=True)
class Seen:
    """What a reader in a process of its own has printed."""

    file: Path
    process: subprocess.Popen[bytes]

    def lines(self) -> list[str]:
        return self.file.read_text().splitlines()


@contextmanager
def reading(lake: Lake) -> Iterator[Seen]:
    """A reader of the lake, in another process, who asks again and again."""
    printed = lake.home / "seen"
    with printed.open("wb") as output:
        command = [sys.executable, "-c", READER]
        process = subprocess.Popen(command, env=lake.environment, stdout=output, stderr=output)
        try:
            yield Seen(printed, process)
            assert process.poll() is None, printed.read_text()
        finally:
            process.kill()
            process.wait()


def until_seen(scores: str, seen: Seen) -> None:
    last = time.monotonic() + 60
    while scores not in seen.lines() and time.monotonic() < last:
        time.sleep(0.1)


def kill_in_build(lake: Lake) -> None:
    """Start a run and kill it, with all it started, as it builds."""
    run = lake.start_run()
    assert run.stdout
    assert any(line.startswith("load") for line in iter(run.stdout.readline, ""))
    begun = newest_snapshot(lake)
    while newest_snapshot(lake) < begun + SNAPSHOTS_BEFORE_KILL and run.poll() is None:
        time.sleep(0.5)
    os.killpg(run.pid, signal.SIGKILL)
    rest = run.communicate()[0]
    assert not rest.strip(), rest


def newest_snapshot(lake: Lake) -> int:
    [(newest,)] = lake.query_private("select max(snapshot_id) from ducklake_snapshots('warehouse')")
    return int(newest)


def scores(lake: Lake) -> str:
    [(scores,)] = lake.query_private(f"select sum(hash(s))::text from {SCORES} as s")
    return str(scores)


def differing(lake: Lake, tables: dict[str, list[Any]], at: str = "") -> list[str]:
    """Marts that are not in the lake as they were published, at an instant or now."""
    asked = {}
    for name in tables:
        columns = lake.query(f"select column_name from (describe marts.{name})")
        named = ", ".join(identifier(column) for (column,) in columns)
        asked[name] = lake.query_private(f"select {named} from marts.{name} {at} order by all")
    return [name for name in tables if asked[name] != tables[name]]


def say(name: str, *arguments: str) -> None:
    subprocess.run([program(name) or name, *arguments], check=True)


def require_equal(file: Warehouse, lake: Lake) -> None:
    of_file, of_lake = published(file), published(lake)
    assert len(of_file) > 60
    assert [table for table in of_file if of_lake.get(table) != of_file[table]] == []
    assert set(of_lake) == set(of_file)


def test_a_lake_publishes_what_a_file_does(file: Warehouse, lake: Lake) -> None:
    require_equal(file, lake)
    assert described(lake) == described(file)


def test_its_tables_are_parquet_in_the_folder(lake: Lake) -> None:
    assert len(list((lake.home / "lake").rglob("*.parquet"))) > 200
    assert not (lake.home / "warehouse.duckdb").exists()


def test_a_run_with_nothing_new_is_told_at_once(lake: Lake) -> None:
    assert "Nothing is new" in lake.run()


def test_restated_late_and_withdrawn_files_give_the_same(
    file: Warehouse, lake: Lake, delivered: Delivered
) -> None:
    assert lake.tables() != delivered.before
    require_equal(file, lake)


def test_what_a_company_adds_in_its_own_folder_gives_the_same_without_an_edit(
    file: Warehouse, lake: Lake, delivered: Delivered
) -> None:
    for mart in (MART, "answerers"):
        assert file.tables()[mart] and lake.tables()[mart] == file.tables()[mart]


def test_a_killed_run_leaves_readers_what_they_had(delivered: Delivered) -> None:
    assert delivered.after_kill == delivered.before


def test_another_process_reads_while_one_builds(delivered: Delivered) -> None:
    assert set(delivered.scores_seen) == set(delivered.scores)


def test_what_was_published_before_can_still_be_asked(lake: Lake, delivered: Delivered) -> None:
    then = f"at (timestamp => timestamptz '{delivered.published_at}+00')"
    assert differing(lake, delivered.before, then) == []


def test_a_dump_of_the_catalog_brings_the_whole_warehouse_back(
    lake: Lake, server: PostgresServer, delivered: Delivered
) -> None:
    server.say("create database earlier owner builder")
    then = replace(lake, catalog=server.url("earlier", "builder"))
    say("pg_restore", "--dbname", then.catalog, str(delivered.dump))
    assert differing(then, delivered.before) == []
    lines = "select count(*) from ledger.files"
    assert then.query_private(lines) < lake.query_private(lines)


def test_the_password_is_in_no_file_of_the_home(lake: Lake, delivered: Delivered) -> None:
    files = [path for path in lake.home.rglob("*") if path.is_file()]
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []


def test_another_home_cannot_write_while_a_run_does(lake: Lake, tmp_path: Path) -> None:
    with exclusive_run(lake.settings):
        other = Lake(tmp_path / "home", lake.landing, catalog=lake.catalog)
        done = other.cx("run")
    assert done.returncode and "A run of another home" in done.stdout


def test_no_copy_is_made_of_a_lake(lake: Lake, tmp_path: Path) -> None:
    for command in (("backup", str(tmp_path / "copy")), ("preview", "nps_by_segment")):
        done = lake.cx(*command)
        assert done.returncode and "docs/scale.md says" in done.stdout


def test_a_catalog_that_cannot_be_reached_ends_in_a_sentence(
    lake: Lake, server: PostgresServer
) -> None:
    nowhere = server.url("nowhere", "builder")
    done = lake.cx("run", CX_DUCKLAKE_CATALOG=nowhere)
    assert done.returncode and 'database "nowhere" does not exist' in done.stdout
    assert "Look at CX_DUCKLAKE_CATALOG" in done.stdout and "IO Error" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
