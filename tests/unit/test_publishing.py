"""What readers may count on while publishes come and go."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contract import source_tables
from orchestration.loading.load import load_table
from orchestration.permissions import protect
from orchestration.publishing.marts_file import PublishError
from orchestration.publishing.publish import own_version, publish
from orchestration.publishing.published import current_id, damage
from orchestration.publishing.quality_tables import CheckedTable
from orchestration.publishing.swap import NoOlderPublish, link_report, roll_back
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.unit.generations import first_generation, new_generation

pytestmark = pytest.mark.slow

RESPONSES = next(table for table in source_tables() if table.full_name == "raw_survey.responses")
READER = """
import sys, time, duckdb
seen = set()
while True:
    time.sleep(0.02)
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        query = "select distinct publish_id, generation from marts.publish_info, marts.scores"
        seen.update(connection.execute(query).fetchall())
    print(len(seen), len({publish_id for publish_id, _ in seen}), flush=True)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return first_generation(tmp_path)


def read(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(settings.published_dir / "cx.duckdb", read_only=True) as reader:
        return reader.execute(query).fetchall()


def visible(settings: Settings) -> set[str]:
    return {path.name for path in settings.published_dir.iterdir()}


def test_rows_are_published_in_the_order_that_they_are_stored_in(settings: Settings) -> None:
    """Readers of a few of them skip the others: a table is stored by what it is asked for."""
    with connect(settings) as warehouse:
        warehouse.execute(
            "create table marts.moves as select hash(range) as key from range(400_000) order by key"
        )
    folder = publish(settings).folder
    back = "from (select key < lag(key) over (order by {}) as is_back from {}) where is_back"
    assert read(settings, back.format("rowid", "marts.moves")) == []
    parquet = f"read_parquet('{folder}/moves.parquet', file_row_number = true)"
    assert read(settings, back.format("file_row_number", parquet)) == []


def test_every_mart_is_published_with_its_rows_and_comments(settings: Settings) -> None:
    with connect(settings) as warehouse:
        warehouse.execute('create table marts."select ""x""" as select 1 as "group"')
        warehouse.execute("""comment on table marts.scores is 'It''s a "score"'""")
        warehouse.execute("comment on column marts.scores.id is 'Customer''s key'")
        warehouse.execute("create view marts.doubled as select id * 2 as twice from marts.scores")
        warehouse.execute("create schema intermediate")
        warehouse.execute("create table intermediate.private as select 1 as n")
    published = publish(settings)
    assert published.rows == {"scores": 1000, 'select "x"': 1, "doubled": 1000}
    assert read(settings, "select sum(twice) from marts.doubled") == [(999_000,)]
    assert read(settings, "select comment from duckdb_tables() where table_name = 'scores'") == [
        ('It\'s a "score"',)
    ]
    assert read(settings, "select comment from duckdb_columns() where column_name = 'id'") == [
        ("Customer's key",)
    ]
    assert read(settings, "select count(*) from duckdb_tables() where table_name = 'private'") == [
        (0,)
    ]


def test_plumbing_stays_in_the_warehouse_and_views_for_bi_are_published_beside_the_marts(
    settings: Settings,
) -> None:
    with connect(settings) as warehouse:
        warehouse.execute(
            """
            create table marts.facts as
            select 1 as id, 'p' as segment_profile_id, 'b' as behaviour_profile_id,
                'f' as input_fingerprint, 'mine' as profile_id_of_a_network
            """
        )
        warehouse.execute("comment on column marts.facts.input_fingerprint is 'Plumbing.'")
        warehouse.execute("create schema bi")
        warehouse.execute("create view bi.facts as select id, 1 as facts from marts.facts")
        warehouse.execute("comment on view bi.facts is 'Wide.'")
        warehouse.execute("comment on column bi.facts.facts is 'Sums up.'")
    published = publish(settings)
    assert published.rows == {"scores": 1000, "facts": 1, "bi.facts": 1}
    assert read(settings, "from marts.facts") == [(1, "mine")]
    assert read(settings, "select sum(facts) from bi.facts") == [(1,)]
    assert read(settings, "select comment from duckdb_tables() where schema_name = 'bi'") == [
        ("Wide.",)
    ]
    assert read(settings, "select comment from duckdb_columns() where schema_name = 'bi'") == [
        (None,),
        ("Sums up.",),
    ]
    parquet = published.folder / "bi.facts.parquet"
    assert duckdb.sql(f"from '{parquet}'").fetchall() == [(1, 1)]


def test_publish_info_tells_rows_and_freshness_of_every_source(settings: Settings) -> None:
    folder = settings.landing_dir / "survey" / "responses"
    folder.mkdir(parents=True)
    answers = "response_id,instrument_id,responded_at\na,csat,2024-01-01\nb,csat,2024-01-02\n"
    (folder / "2024-01-05.csv").write_text(answers)
    (folder / "2024-01-07.csv").write_text("no_key\n")
    (folder / "2024-01-08.csv").write_text(answers.replace("2024-", "2024/"))
    (folder / "2024-01-04.csv").write_text(
        "response_id,instrument_id,responded_at\nc,csat,2024-01-01\nd,csat,1.1.2024\n"
    )
    with connect(settings) as warehouse:
        load_table(warehouse, settings.landing_dir, RESPONSES)
        long_ago = "timestamp '2024-01-06 07:08:09'"
        warehouse.execute(f"update ledger.files set loaded_at = {long_ago}")
        warehouse.execute(f"update raw_survey.responses set _loaded_at = {long_ago}")
    published = publish(settings)
    columns = "publish_id, rows, newest_landing_date, newest_loaded_at, freshness"
    outside = "files_outside, rows_quarantined"
    source = "from marts.publish_info where source_table ="
    newest = (date(2024, 1, 5), datetime(2024, 1, 6, 7, 8, 9))
    assert read(settings, f"select {columns}, {outside} {source} 'raw_survey.responses'") == [
        (published.publish_id, 3, *newest, "stale", 2, 3)
    ]
    assert read(settings, f"select {columns}, {outside} {source} 'raw_web.events'") == [
        (published.publish_id, 0, None, None, "empty", 0, 0)
    ]
    assert {
        table for (table,) in read(settings, "select source_table from marts.publish_info")
    } == {table.full_name for table in source_tables()}


def test_the_commit_of_a_folder_is_told_whoever_owns_its_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*words: str) -> str:
        named = ("-c", "user.name=a", "-c", "user.email=a@b.example")
        return subprocess.check_output(["git", *named, *words], cwd=tmp_path, text=True).strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message", "settings")
    commit = git("rev-parse", "--short=12", "HEAD")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert own_version(Settings(home=tmp_path / "home", own=tmp_path)) == commit


def test_data_quality_tells_what_the_checks_found(settings: Settings) -> None:
    at = datetime(2024, 1, 6, 7, 8, 9)
    found = [
        CheckedTable("a", at, "raw", "raw_crm.x", "it's", False, False, 3, ["k1", "k2"], "bad"),
        CheckedTable("a", at, "marts", "marts.y", "range", True, True, None, [], ""),
    ]
    publish(settings, found)
    assert read(settings, "from marts.data_quality") == [
        ("a", at, "raw", "raw_crm.x", "it's", False, False, 3, ["k1", "k2"], "bad"),
        ("a", at, "marts", "marts.y", "range", True, True, None, [], ""),
    ]
    columns = "from duckdb_columns() where table_name = 'data_quality'"
    assert read(settings, f"select count(*) {columns} and comment is null") == [(0,)]


def test_parquet_beside_the_file_holds_the_same_rows(settings: Settings) -> None:
    publish(settings)
    latest = settings.published_dir / "latest"
    assert {path.name for path in latest.glob("*.parquet")} == {
        "scores.parquet",
        "publish_info.parquet",
        "data_quality.parquet",
    }
    for table in ("scores", "publish_info"):
        in_parquet = duckdb.sql(f"from '{latest}/{table}.parquet' order by all").fetchall()
        assert in_parquet == read(settings, f"from marts.{table} order by all")


def test_parquet_says_what_its_table_and_columns_mean(settings: Settings) -> None:
    with connect(settings) as warehouse:
        warehouse.execute("""comment on table marts.scores is 'It''s a "score"'""")
        warehouse.execute("comment on column marts.scores.id is 'Key, as {a: 1}'")
    folder = publish(settings).folder
    metadata = f"from parquet_kv_metadata('{folder}/scores.parquet')"
    found = dict(duckdb.sql(f"select decode(key), decode(value) {metadata}").fetchall())
    assert found["description"] == 'It\'s a "score"'
    assert json.loads(found["columns"]) == {"id": "Key, as {a: 1}"}


def test_sums_are_of_a_type_that_tools_have(settings: Settings) -> None:
    with connect(settings) as warehouse:
        warehouse.execute("create schema bi")
        warehouse.execute("create view bi.sums as select sum(id) as ids from marts.scores")
    folder = publish(settings).folder
    for place in ("marts_of_file.bi.sums", f"'{folder}/bi.sums.parquet'"):
        with duckdb.connect() as reader:
            reader.execute(f"attach '{folder}/cx.duckdb' as marts_of_file (read_only)")
            relation = reader.sql(f"from {place}")
            assert list(map(str, relation.types)) == ["BIGINT"]
            assert relation.fetchall() == [(499_500,)]


def test_readers_with_an_older_duckdb_can_open_the_published_file(settings: Settings) -> None:
    publish(settings)
    version = "select tags['storage_version'] from duckdb_databases() where not internal"
    assert read(settings, version) == [("v1.0.0+",)]


def test_a_reader_keeps_the_file_that_it_opened(settings: Settings) -> None:
    publish(settings)
    new_generation(settings, 2)
    query = "select any_value(generation) from marts.scores"
    program = f"""
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.readline()
print(connection.execute("{query}").fetchall())
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(settings.published_dir / "cx.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout and reader.stdout.readline() == "open\n"
    publish(settings)
    assert reader.communicate("\n")[0] == "[(1,)]\n"
    assert read(settings, query) == [(2,)]


def test_readers_never_fail_and_never_see_a_mix(settings: Settings) -> None:
    publish(settings)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(settings.published_dir / "cx.duckdb")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout and reader.stdout.readline() == "1 1\n"
    for generation in range(2, 8):
        new_generation(settings, generation)
        publish(settings)
    assert reader.poll() is None
    reader.kill()
    last = reader.communicate()[0].splitlines()[-1]
    pairs, publish_ids = map(int, last.split())
    assert pairs == publish_ids > 1


@pytest.mark.parametrize(
    "breakage",
    [
        "create view marts.broken as select cast('x' || id as int) as n from marts.scores",
        "drop schema marts cascade",
        # Of another number of rows each time it is read: what arrives is not what was counted.
        """
        create view marts.restless as
        with share as materialized (select random() as share)
        select range from range(1000000) cross join share where range < share * 1000000
        """,
    ],
)
def test_a_failed_publish_leaves_readers_what_they_had(settings: Settings, breakage: str) -> None:
    publish(settings)
    before = visible(settings)
    with connect(settings) as warehouse:
        warehouse.execute(breakage)
    with pytest.raises((duckdb.Error, PublishError)):
        publish(settings)
    assert visible(settings) == before
    assert read(settings, "select distinct generation from marts.scores") == [(1,)]


def test_leftovers_of_a_crashed_publish_are_removed(settings: Settings) -> None:
    crashed = settings.published_dir / ".building-20200101T000000000000Z"
    crashed.mkdir(parents=True)
    (crashed / "cx.duckdb").write_text("half a file")
    (settings.published_dir / ".swapping-cx.duckdb").write_text("half a swap")
    (settings.published_dir / ".swapping-latest").symlink_to("nowhere")
    published = publish(settings)
    assert visible(settings) == {published.publish_id, "cx.duckdb", "latest"}


def test_the_last_five_publishes_are_kept(settings: Settings) -> None:
    ids = [publish(settings).publish_id for _ in range(7)]
    assert ids == sorted(ids)
    assert visible(settings) == {*ids[-5:], "cx.duckdb", "latest"}
    assert (settings.published_dir / "latest").resolve().name == ids[-1]
    assert read(settings, "select distinct publish_id from marts.publish_info") == [(ids[-1],)]


def three_publishes(settings: Settings) -> list[str]:
    """Publish generations 1 to 3, the first without a report, and give their ids."""
    ids = []
    for generation in (1, 2, 3):
        new_generation(settings, generation)
        published = publish(settings)
        ids.append(published.publish_id)
        if generation > 1:
            (published.folder / "report").mkdir()
            (published.folder / "report" / "index.html").write_text(f"report of {generation}")
            link_report(published.folder)
    return ids


def cut(file: Path) -> None:
    file.chmod(0o600)
    os.truncate(file, 5000)


def emptied(file: Path) -> None:
    file.chmod(0o600)
    file.write_bytes(b"")


def garbled(file: Path) -> None:
    file.unlink()
    file.write_text("garbage\n" * 1000)


def made_a_folder(file: Path) -> None:
    """As a copy of a home leaves it, where the tool that copied met it half-way."""
    file.unlink()
    file.mkdir()
    (file / "mine.txt").write_text("keep me")


@pytest.mark.parametrize("damaged", [cut, emptied, garbled, made_a_folder])
def test_a_damaged_published_file_is_published_anew(
    damaged: Callable[[Path], None], settings: Settings
) -> None:
    published = settings.published_dir
    publish(settings)
    damaged(published / "cx.duckdb")
    assert current_id(published) is None
    assert "cannot be read" in (damage(published) or "")
    new_generation(settings, 2)
    anew = publish(settings)
    assert current_id(published) == anew.publish_id
    assert damage(published) is None
    assert read(settings, "select distinct generation from marts.scores") == [(2,)]
    kept = [path.read_text() for path in published.glob("*/mine.txt")]
    assert kept == (["keep me"] if damaged is made_a_folder else [])


def test_copies_of_what_were_links_do_not_stop_a_publish(settings: Settings) -> None:
    publish(settings, complete=an_empty_report)
    links = [settings.published_dir / name for name in ("report", "latest")]
    for link in links:
        copied = link.resolve()
        link.unlink()
        shutil.copytree(copied, link)
    anew = publish(settings)
    report, latest = links
    assert latest.resolve().name == anew.publish_id
    assert not report.exists()
    publish(settings, complete=an_empty_report)
    assert report.is_symlink() and (report / "index.html").exists()


def test_a_rollback_passes_over_what_cannot_be_read(settings: Settings) -> None:
    ids = three_publishes(settings)
    cut(settings.published_dir / "cx.duckdb")
    emptied(settings.published_dir / ids[1] / "cx.duckdb")
    assert roll_back(settings).name == ids[0]
    assert current_id(settings.published_dir) == ids[0]


def test_publishing_goes_on_when_kept_publishes_are_gone(settings: Settings) -> None:
    for publish_id in three_publishes(settings):
        shutil.rmtree(settings.published_dir / publish_id)
    anew = publish(settings)
    assert current_id(settings.published_dir) == anew.publish_id


def modes(home: Path) -> dict[str, str]:
    """What all below a home may be done with, by kind of path."""
    found = {".": home, "published": home / "published"}
    found["folder"] = (home / "published" / "latest").resolve()
    found["reports"] = home / "published" / "latest" / "report"
    for name in ("cx.duckdb", "report/index.html", "latest/scores.parquet"):
        found[name] = home / "published" / name
    found |= {path.name: path for path in home.iterdir() if path.name != "published"}
    return {name: stat.filemode(path.stat().st_mode) for name, path in found.items()}


def an_empty_report(building: Path) -> None:
    (building / "report").mkdir()
    (building / "report" / "index.html").touch()


@pytest.mark.parametrize(
    ("readers", "way", "folder", "file"),
    [
        ("owner", "drwx------", "drwx------", "-r--------"),
        ("group", "drwx--x---", "drwxr-x---", "-r--r-----"),
        ("all", "drwx--x--x", "drwxr-xr-x", "-r--r--r--"),
    ],
)
def test_who_may_read_what(
    readers: Any, way: str, folder: str, file: str, settings: Settings
) -> None:
    """A home that was open is closed; what is published is for its readers."""
    home = settings.home_dir
    for name in ("logs", "dagster", "landing", "mine"):
        (home / name).mkdir()
        (home / name).chmod(0o755)
    home.chmod(0o755)
    settings.warehouse_file.chmod(0o644)
    shared = settings.model_copy(update={"published_to": readers})
    before = os.umask(0o077)
    try:
        protect(shared)
        first = publish(shared, complete=an_empty_report)
    finally:
        os.umask(before)
    private = dict.fromkeys(("logs", "dagster", "landing"), "drwx------")
    published = dict.fromkeys(("cx.duckdb", "report/index.html", "latest/scores.parquet"), file)
    assert modes(home) == {
        ".": way,
        "mine": "drwxr-xr-x",
        "warehouse.duckdb": "-rw-------",
        "published": folder,
        "folder": folder,
        "reports": folder,
        **private,
        **published,
    }
    closed = settings.model_copy(update={"published_to": "owner"})
    publish(closed)
    assert stat.filemode((first.folder / "cx.duckdb").stat().st_mode) == "-r--------"
    protect(shared)
    assert stat.filemode((first.folder / "cx.duckdb").stat().st_mode) == file
    assert stat.filemode(home.stat().st_mode) == way


def test_each_rollback_goes_one_publish_back(settings: Settings) -> None:
    ids = three_publishes(settings)
    report = settings.published_dir / "report" / "index.html"
    generation = "select distinct publish_id, generation from marts.publish_info, marts.scores"

    roll_back(settings)
    assert read(settings, generation) == [(ids[1], 2)]
    assert (settings.published_dir / "latest").resolve().name == ids[1]
    assert report.read_text() == "report of 2"

    roll_back(settings)
    assert read(settings, generation) == [(ids[0], 1)]
    assert (settings.published_dir / "latest").resolve().name == ids[0]
    assert not report.exists()

    with pytest.raises(NoOlderPublish):
        roll_back(settings)
    assert visible(settings) == {*ids, "cx.duckdb", "latest"}


def test_a_publish_after_a_rollback_is_what_readers_see(settings: Settings) -> None:
    three_publishes(settings)
    roll_back(settings)
    new_generation(settings, 4)
    published = publish(settings)
    assert current_id(settings.published_dir) == published.publish_id
    assert read(settings, "select distinct generation from marts.scores") == [(4,)]


def test_a_rollback_heals_what_a_crash_left_between_two_swaps(settings: Settings) -> None:
    ids = three_publishes(settings)
    (settings.published_dir / ".swapping-cx.duckdb").write_text("half a swap")
    (settings.published_dir / ".swapping-latest").symlink_to("nowhere")
    roll_back(settings)
    assert current_id(settings.published_dir) == ids[1]
    assert visible(settings) == {*ids, "cx.duckdb", "latest", "report"}


def test_a_reader_keeps_the_file_that_it_opened_through_a_rollback(settings: Settings) -> None:
    three_publishes(settings)
    with duckdb.connect(settings.published_dir / "cx.duckdb", read_only=True) as reader:
        roll_back(settings)
        assert reader.execute("select distinct generation from marts.scores").fetchall() == [(3,)]
