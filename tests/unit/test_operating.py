"""Between runs: files are taken out or tried again, refusals listed, and what stands is shown."""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner, Result

from orchestration.building.parsed import artefacts_dir
from orchestration.cli.app import app
from orchestration.contract import source_tables
from orchestration.loading.load import LoadReport, load_table
from orchestration.loading.withdrawals import requeue
from orchestration.publishing.publish import publish
from orchestration.running.backup import begun_copy
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from orchestration.system_errors import with_remedy
from orchestration.warehouse import connect
from tests.integration.starting import PROJECT, parsed_project, run_cx

pytestmark = pytest.mark.slow

HEADER = "response_id,instrument_id,responded_at,score"
FIRST, SECOND = "survey/responses/2026-01-30.csv", "survey/responses/2026-01-31.csv"
RESPONSES = next(table for table in source_tables() if table.name == "responses")


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A warehouse that holds two files of answers, the second with a row in quarantine."""
    before = dict(os.environ)
    os.environ |= {
        "CX_HOME": str(tmp_path / "home"),
        "CX_LANDING": str(tmp_path / "landing"),
        "COLUMNS": "200",
    }
    land(FIRST, "r1,nps,2026-01-30,9")
    land(SECOND, "r2,nps,2026-01-31,8", "r3,nps,2026-01-31,7", "r4,nps,2026-01-31,ten")
    load()
    yield Settings()
    os.environ.clear()
    os.environ |= before


def cx(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def land(name: str, *rows: str, header: str = HEADER) -> Path:
    file = Settings().landing_dir / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([header, *rows, ""]))
    return file


def load() -> LoadReport:
    """What a run does first."""
    with connect(Settings()) as connection:
        return load_table(connection, Settings().landing_dir, RESPONSES)


def ask(sql: str) -> list[Any]:
    with connect(Settings(), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def answers() -> list[str]:
    return [key for (key,) in ask("select response_id from raw_survey.responses order by 1")]


def ledger(name: str) -> list[tuple[str, int]]:
    return ask(f"select status, rows_loaded from ledger.files where file = '{name}' order by rowid")


def quarantined() -> int:
    return int(ask("select count(*) from quarantine.survey__responses")[0][0])


def test_withdraw_takes_the_rows_of_a_file_out_and_leaves_a_trace() -> None:
    result = cx("withdraw", SECOND)
    assert result.exit_code == 0
    assert f"{SECOND}: 2 rows, and 1 in quarantine" in result.output
    assert "cx run" in result.output
    assert (answers(), quarantined()) == (["r1"], 0)
    assert ledger(SECOND) == [("loaded", 2), ("withdrawn", 0)]


@pytest.mark.parametrize("form", ["absolute", "relative"])
def test_a_path_into_the_landing_zone_names_the_file_too(
    form: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settings.landing_dir / "survey")
    absolute = str(settings.landing_dir / FIRST)
    path = absolute if form == "absolute" else "../survey/responses/2026-01-30.csv"
    assert cx("withdraw", path).exit_code == 0
    assert answers() == ["r2", "r3"]


def test_a_withdrawn_file_comes_back_only_with_new_content() -> None:
    cx("withdraw", FIRST)
    assert load().files_loaded == 0
    assert answers() == ["r2", "r3"]
    land(FIRST, "r9,nps,2026-01-30,9")
    assert load().files_loaded == 1
    assert answers() == ["r2", "r3", "r9"]


def test_a_withdrawn_file_that_was_refused_is_no_longer_warned_of() -> None:
    land(FIRST, "r1", header="id")
    assert load().files_refused == 1
    cx("withdraw", FIRST)
    assert load().files_refused == 0
    assert answers() == ["r2", "r3"]


def test_withdrawing_several_files_is_all_or_nothing() -> None:
    refused = cx("withdraw", FIRST, "survey/responses/2026-01-32.csv")
    assert refused.exit_code == 2
    assert len(refused.output.splitlines()) == 1
    assert SECOND in refused.output
    assert answers() == ["r1", "r2", "r3"]
    assert cx("withdraw", FIRST, SECOND).exit_code == 0
    assert answers() == []


def test_the_ledger_is_read_in_the_order_of_its_lines_whatever_the_clock_did() -> None:
    cx("withdraw", FIRST)
    with connect(Settings()) as connection:
        connection.execute("update ledger.files set loaded_at = timestamp '2026-01-31'")
    assert load().files_loaded == 0
    cx("requeue", FIRST)
    with connect(Settings()) as connection:
        connection.execute(
            "update ledger.files set loaded_at = '2020-01-01' where status = 'requeued'"
        )
    assert load().files_loaded == 1
    assert answers() == ["r1", "r2", "r3"]


def test_quarantine_lists_refused_files_and_rows_with_an_example() -> None:
    sound = "r7,nps,2026-01-31,7"
    land("survey/responses/[red]\x1b[31m.csv", "r5,nps,2026-01-31,[bold]\x1b[1m", sound)
    land("survey/responses/keyless.csv", "r6", header="id")
    load()
    shown = cx("quarantine").output
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines()]
    assert [row for row in cells if row] == [
        [
            "survey/responses/keyless.csv",
            "refused",
            "",
            "",
            "the key column response_id is missing; found: id",
        ],
        [SECOND, "type", "1", "4", "score: ten is not a decimal(6,2)"],
        [
            "survey/responses/[red]\N{REPLACEMENT CHARACTER}[31m.csv",
            "type",
            "1",
            "2",
            "score: [bold]\N{REPLACEMENT CHARACTER}[1m is not a decimal(6,2)",
        ],
    ]


def test_quarantine_of_one_table() -> None:
    assert "No file is refused" in cx("quarantine", "--table", "orders/orders").output
    assert SECOND in cx("quarantine", "--table", "survey/responses").output
    unknown = cx("quarantine", "--table", "survey/answers")
    assert unknown.exit_code == 2
    assert "survey/responses" in unknown.output


def test_requeue_loads_files_with_refused_rows_again() -> None:
    result = cx("requeue")
    assert "loads again: 1" in result.output
    assert answers() == ["r1", "r2", "r3"]
    report = load()
    assert (report.files_loaded, report.rows_loaded, report.rows_quarantined) == (1, 2, 1)
    assert load().files_loaded == 0
    assert ledger(SECOND) == [("loaded", 2), ("requeued", 0), ("loaded", 2)]
    assert (answers(), quarantined()) == (["r1", "r2", "r3"], 1)


def test_requeue_of_a_withdrawn_file_brings_it_back() -> None:
    cx("withdraw", FIRST)
    assert "loads again: 1" in cx("requeue", FIRST).output
    assert load().files_loaded == 1
    assert answers() == ["r1", "r2", "r3"]


def test_requeue_says_which_files_are_gone(settings: Settings) -> None:
    (settings.landing_dir / SECOND).unlink()
    result = cx("requeue")
    assert "loads again: 0" in result.output
    assert f"{SECOND} is no longer in the landing zone" in result.output
    assert ledger(SECOND) == [("loaded", 2)]


@pytest.mark.parametrize(
    "command", [("withdraw", FIRST), ("requeue",), ("quarantine",), ("rollback",)]
)
def test_nothing_is_changed_while_a_run_is_at_work(
    command: tuple[str, ...], settings: Settings
) -> None:
    with exclusive_run(settings):
        result = cx(*command)
    assert result.exit_code == 2
    assert f"Process {os.getpid()}" in result.output
    assert answers() == ["r1", "r2", "r3"]
    assert ledger(FIRST) == [("loaded", 1)]


@pytest.mark.parametrize("command", [("withdraw", FIRST), ("requeue",), ("quarantine",)])
def test_without_a_warehouse_each_command_says_what_to_do(
    command: tuple[str, ...], settings: Settings
) -> None:
    settings.warehouse_file.unlink()
    result = cx(*command)
    assert result.exit_code == 2
    assert "cx run" in result.output
    assert not settings.warehouse_file.exists()


def test_rollback_without_a_publish_says_what_to_do() -> None:
    result = cx("rollback")
    assert result.exit_code == 2
    assert "no older publish" in result.output


def test_status_cuts_no_date_on_a_narrow_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long_ago = "timestamp '2026-02-03 04:05:06'"
    with connect(Settings()) as connection:
        connection.execute(f"update raw_survey.responses set _loaded_at = {long_ago}")
    shown = cx("status").output
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    for moment in ("2026-01-31", "2026-02-03", "04:05"):
        assert any(cell.strip() == moment for cell in shown.replace("\n", "│").split("│"))


def test_status_tells_sources_that_fell_silent_from_fresh_and_empty_ones() -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    land(FIRST, f"r1,nps,{now},9")
    load()
    assert state("raw_survey.responses") == "fresh"
    assert state("raw_web.events") == "empty"
    with connect(Settings()) as connection:
        connection.execute("update ledger.files set loaded_at = loaded_at - interval 4 day")
    assert state("raw_survey.responses") == "stale"
    with connect(Settings()) as connection:
        requeue(connection, Settings().landing_dir, [FIRST])
        load_table(connection, Settings().landing_dir, RESPONSES)
    assert state("raw_survey.responses") == "stale"


def state(table: str) -> str:
    sources = cx("status").output.split("Quarantine")[0]
    [line] = [line for line in sources.splitlines() if f"│ {table} " in line]
    return line.split("│")[-2].strip()


def test_status_tells_a_run_that_was_killed_from_one_at_work(settings: Settings) -> None:
    @dg.job(name="daily")
    def daily() -> None: ...

    assert "Last run      never" in cx("status").output
    with dg.DagsterInstance.get() as instance:
        instance.create_run_for_job(daily, status=dg.DagsterRunStatus.STARTED)
    assert "cut off" in cx("status").output
    with exclusive_run(settings):
        assert "at work" in cx("status").output


def published() -> Path:
    """A published file, as far as `cx` reads it."""
    cx("quarantine")  # makes every table of the contract
    with connect(Settings()) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create or replace table marts.scores as select 1 as score")
    publish(Settings())
    return Settings().published_dir / "cx.duckdb"


def test_status_says_which_publishes_cannot_be_read_and_what_to_do() -> None:
    file = published()
    file.chmod(0o600)
    file.write_text("garbage")
    result = cx("status")
    assert result.exit_code == 0, result.output
    assert f"{file} cannot be read" in result.output and "publishes anew" in result.output
    assert re.search(r"T\d+Z +│ cannot be read", result.output)
    assert "raw_survey.responses" in result.output


def in_the_middle(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(12288)
        opened.write(os.urandom(file.stat().st_size - 12288))


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3)


def garbled(file: Path) -> None:
    file.write_text("garbage\n" * 1000)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def made_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES = (in_the_middle, cut, garbled, emptied, made_a_folder)
AT_ONCE = (garbled, emptied, made_a_folder)  # of the others a run hears while it loads


@pytest.mark.parametrize(
    ("command", "damage"),
    [
        *((("withdraw", FIRST), damage) for damage in DAMAGES),
        *((("status",), damage) for damage in DAMAGES),
        *((("run",), damage) for damage in AT_ONCE),
    ],
)
def test_a_damaged_warehouse_file_ends_in_what_to_do(
    command: tuple[str, ...], damage: Callable[[Path], None], settings: Settings
) -> None:
    damage(settings.warehouse_file)
    result = cx(*command)
    assert result.exit_code == 2
    said = result.output.splitlines()[-1]
    assert f"Put a backup of {settings.warehouse_file} in its place, or move it away" in said
    assert "Traceback" not in result.output
    shutil.move(settings.warehouse_file, settings.home_dir / "damaged")
    assert load().files_loaded == 2
    assert (answers(), quarantined()) == (["r1", "r2", "r3"], 1)


def test_a_damaged_warehouse_is_not_the_fault_of_the_file_that_is_read(settings: Settings) -> None:
    cut(settings.warehouse_file)
    land(FIRST, "r9,nps,2026-01-30,9")
    with pytest.raises(duckdb.IOException, match="Could not read"):
        load()


@pytest.mark.parametrize("name", ["runs.db", "runs/{}.db"])
def test_a_damaged_history_of_runs_ends_in_what_to_do(name: str, settings: Settings) -> None:
    @dg.job(name="daily")
    def daily() -> None: ...

    cx("status")
    with dg.DagsterInstance.get() as instance:
        run_id = instance.create_run_for_job(daily, status=dg.DagsterRunStatus.FAILURE).run_id
    file = settings.home_dir / "dagster" / "history" / name.format(run_id)
    file.write_bytes(b"garbage" * 1000)
    result = cx("status")
    assert result.exit_code == 2
    assert f"Move {settings.home_dir}/dagster away" in result.output.splitlines()[-1]
    shutil.rmtree(settings.home_dir / "dagster")
    assert "Last run      never" in cx("status").output


def test_show_prints_rows_of_a_table_by_its_name_or_says_that_there_is_none() -> None:
    land(FIRST, "r1,\x1b[31mred,2026-01-30,9")
    load()
    shown = cx("show", "raw_survey.responses", "--rows", "2")
    assert shown.exit_code == 0
    assert len(re.findall(r"│ r\d", shown.output)) == 2
    everything = cx("show", "responses").output
    assert len(re.findall(r"│ r\d", everything)) == 3
    assert "[31mred" in everything and "\x1b" not in everything
    missing = cx("show", "respones")
    assert (missing.exit_code, len(missing.output.splitlines())) == (2, 1)
    assert "respones" in missing.output


def test_docs_are_one_page_that_tells_of_staging_what_the_contract_says(
    settings: Settings,
) -> None:
    shutil.copytree(parsed_project(), artefacts_dir(settings))
    assert cx("docs").exit_code == 0
    page = (settings.home_dir / "docs.html").read_text()
    language = next(column for column in RESPONSES.columns if column.name == "language")
    assert page.count(language.description) == 2  # the source, and the model that stands on it


def test_a_home_comes_back_from_its_backup_with_what_was_withdrawn(
    settings: Settings, tmp_path: Path
) -> None:
    file = published()
    cx("withdraw", FIRST)
    folder = tmp_path / "backups" / "monday"
    folder.parent.mkdir()
    assert cx("backup", str(folder)).exit_code == 0
    kept = answers(), file.read_bytes()
    shutil.rmtree(settings.home_dir)
    shutil.copytree(folder, settings.home_dir, symlinks=True)
    load()
    assert answers() == ["r2", "r3"] and (answers(), file.read_bytes()) == kept
    again = cx("backup", str(folder))
    assert again.exit_code == 2 and f"{folder} is there already" in again.output
    inside = cx("backup", str(settings.home_dir / "copy"))
    assert inside.exit_code == 2 and "lies in what is to be copied" in inside.output
    with exclusive_run(settings):
        busy = cx("backup", str(tmp_path / "other"))
    assert busy.exit_code == 2 and "is using the warehouse" in busy.output
    assert not (tmp_path / "other").exists()


def test_what_a_killed_run_spilled_is_in_no_backup_and_gone_with_the_next_writer(
    settings: Settings, tmp_path: Path
) -> None:
    published()
    settings.temp_dir.mkdir()
    spilled = settings.temp_dir / "duckdb_temp_storage_DEFAULT-0.tmp"
    spilled.write_bytes(b"rows")
    os.utime(spilled, (0, 0))
    in_use = spilled.with_name("duckdb_temp_storage_DEFAULT-1.tmp")
    in_use.write_bytes(b"rows")
    assert cx("backup", str(tmp_path / "monday")).exit_code == 0
    assert spilled.exists()
    copied = {path.name for path in (tmp_path / "monday").iterdir()}
    assert "warehouse.duckdb" in copied and settings.temp_dir.name not in copied
    assert cx("withdraw", FIRST).exit_code == 0
    assert not spilled.exists() and in_use.exists()


def test_a_command_waits_for_who_only_looks(settings: Settings) -> None:
    published()
    looks = threading.Event()

    def look() -> None:
        with exclusive_run(settings):
            looks.set()
            time.sleep(0.5)

    status = threading.Thread(target=look)
    status.start()
    assert looks.wait(10) and cx("withdraw", FIRST).exit_code == 0
    status.join()


def test_a_backup_that_breaks_off_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(settings.home_dir / "pipe")
    folder = tmp_path / "backups" / "monday"
    broken = cx("backup", str(folder))
    assert broken.exit_code == 2 and "is a named pipe" in broken.output
    assert len(broken.output.splitlines()) == 1
    assert list(folder.parent.iterdir()) == []


def test_a_second_backup_leaves_the_first_alone_and_a_killed_one_goes_with_the_next(
    settings: Settings, tmp_path: Path
) -> None:
    published()
    folder = tmp_path / "backups" / "monday"
    with exclusive_run(settings):
        shutil.copytree(settings.home_dir, begun := begun_copy(settings, folder))
        assert cx("backup", str(folder)).exit_code == 2
        assert (begun / "warehouse.duckdb").exists()
    assert cx("backup", str(folder.with_name("tuesday"))).exit_code == 0
    assert [path.name for path in folder.parent.iterdir()] == ["tuesday"]


def test_a_full_disk_is_that_of_the_copy(settings: Settings) -> None:
    told = "Could not write: No space left on device: '/backups/monday/warehouse.duckdb'"
    assert "Make room on the disk that holds /backups/monday," in with_remedy(told, settings)
    own = f"No space left on device: '{settings.home_dir}/published/x'"
    assert f"the disk that holds {settings.home_dir}," in with_remedy(own, settings)


@pytest.mark.skipif(find_spec("dbt.adapters.spark") is not None, reason="the extra is installed")
def test_spark_without_its_extra_is_told_with_what_installs_it() -> None:
    done = run_cx(("run",), PROJECT, os.environ | {"CX_TARGET": "spark"})
    assert done.returncode and "which `make spark` installs" in done.stdout
