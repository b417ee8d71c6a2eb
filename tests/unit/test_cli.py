"""`cx` as a user meets it: what it says, and its exit codes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from typer.testing import CliRunner, Result

from orchestration.cli.app import app
from orchestration.cli.terminal import console
from orchestration.reporting.headline import headline_table, read_headlines
from orchestration.running.environment import export_environment
from orchestration.running.lock import exclusive_run
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect
from tests.registries import DIM_METRICS

OPERATING = ("status", "quarantine", "withdraw", "requeue", "rollback", "show", "docs")


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """An empty home and landing zone."""
    before = dict(os.environ)
    os.environ |= {
        "CX_HOME": str(tmp_path / "home"),
        "CX_LANDING": str(tmp_path / "landing"),
        "COLUMNS": "200",
    }
    yield tmp_path / "home"
    os.environ.clear()
    os.environ |= before


def cx(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def land(path: str, text: str) -> None:
    file = Settings().landing_dir / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_help_names_every_command() -> None:
    shown = cx("--help").output
    assert all(command in shown for command in ("run", "sample", "dev", *OPERATING))


def test_run_without_landing_files_says_what_to_do() -> None:
    (Settings().landing_dir / "survey").mkdir(parents=True)
    result = cx("run")
    assert result.exit_code == 2
    assert str(Settings().landing_dir) in result.output
    assert "CX_LANDING" in result.output and "cx sample" in result.output


def test_a_run_makes_a_sample_only_in_a_landing_zone_of_its_own(home: Path) -> None:
    given = cx("run", "--sample")
    assert given.exit_code == 2 and "nothing in the landing zone" in given.output
    del os.environ["CX_LANDING"]
    (home / "landing").mkdir(parents=True)
    emptied = cx("run", "--sample")
    assert emptied.exit_code == 2 and "nothing in the landing zone" in emptied.output
    assert not list((home / "landing").iterdir())


def test_run_names_the_program_that_has_the_warehouse_open(home: Path) -> None:
    land("survey/responses/2024-01-01.csv", "response_id\n")
    connect(Settings()).close()
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(Settings().warehouse_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout and holder.stdout.readline()
    result = cx("run")
    holder.communicate("\n")
    assert result.exit_code == 2
    assert f"kill {holder.pid}" in result.output
    assert len(result.output.splitlines()) == 1


def test_run_names_the_run_that_is_at_work() -> None:
    land("survey/responses/2024-01-01.csv", "response_id\n")
    with exclusive_run(Settings()):
        result = cx("run")
    assert result.exit_code == 2
    assert f"Process {os.getpid()}" in result.output


def test_status_before_the_first_run_says_what_to_do() -> None:
    result = cx("status")
    assert result.exit_code == 2
    assert "cx run" in result.output


def test_status_makes_what_the_daemon_of_dagster_needs_before_the_first_run(home: Path) -> None:
    cx("status")
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None and queue.max_concurrent_runs == 1


def test_sample_does_not_write_into_a_folder_with_files() -> None:
    land("mine.txt", "keep me")
    result = cx("sample", "--customers", "5", "--days", "5")
    assert result.exit_code == 2
    assert "--out" in result.output
    assert [path.name for path in Settings().landing_dir.iterdir()] == ["mine.txt"]


def test_sample_says_what_it_cannot_write_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for folder in ("file", "file/zone"):
        result = cx("sample", "--customers", "300", "--days", "90", "--out", str(tmp_path / folder))
        assert result.exit_code == 2 and "Not a directory" in result.output


def test_sample_says_when_it_is_asked_for_too_little() -> None:
    result = cx("sample", "--customers", "1", "--days", "1")
    assert result.exit_code == 2
    assert "at least" in result.output


def test_sample_writes_where_it_is_told(tmp_path: Path) -> None:
    result = cx("sample", "--customers", "250", "--days", "90", "--out", str(tmp_path / "zone"))
    assert result.exit_code == 0, result.output
    assert list((tmp_path / "zone" / "survey" / "responses").rglob("*.*"))


PUBLISHED = """
    create schema marts;
    create table marts.publish_info as select date '2024-03-15' as newest_landing_date;
    create table marts.dim_segment_types as from (values
        ('plan', 'Price plan', true), ('secret', 'Secret', false), ('region', 'Region', true),
        ('age', 'Age', true)
    ) as t(segment_type, label, is_shown);
    create table marts.metric_values as
    select * replace (value::double as value), 40.0 as target, 'at_risk' as status from (values
        ('month', date '2024-01-01', 'all', 'all', 'nps', 10.0, 5.0, 15.0, 100),
        ('month', date '2024-02-01', 'all', 'all', 'nps', 20.0, 15.0, 25.0, 200),
        ('month', date '2024-02-01', 'plan', 'pro', 'nps', null, null, null, 9),
        ('month', date '2024-02-01', 'region', 'north', 'nps', 21.0, 16.0, 26.0, 90),
        ('month', date '2024-03-01', 'all', 'all', 'nps', 30.0, 25.0, 35.0, 300),
        ('all', null, 'all', 'all', 'nps', 15.0, 10.0, 20.0, 600),
        ('all', null, 'all', 'all', 'clv_historical', 99.5, null, null, 50)
    ) as t(period_grain, period_start, segment_type, segment, metric, value, ci_low,
        ci_high, denominator);
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file, as far as its headlines are read."""
    file = tmp_path / "published.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute(PUBLISHED)
        connection.execute(DIM_METRICS)
    return file


def test_headlines_are_of_the_newest_complete_month(published: Path) -> None:
    with duckdb.connect(published) as connection:
        headlines = read_headlines(connection, ["all", "plan"])
    assert [tuple(row) for row in headlines] == [
        ("nps", "all", "all", "month", "2024-02", 20.0, 15.0, 25.0, 200, 40.0, "at_risk"),
        ("nps", "plan", "pro", "month", "2024-02", None, None, None, 9, 40.0, "at_risk"),
        ("clv_historical", "all", "all", "all", None, 99.5, None, None, 50, 40.0, "at_risk"),
    ]


def shown(published: Path, *values: str) -> list[list[str]]:
    """The headline table with these values added: its header, and then its rows."""
    with duckdb.connect(published) as connection:
        for value in values:
            connection.execute(
                f"insert into marts.metric_values select {value}, null, null, 70, null, 'no_target'"
            )
    screen = console()
    with screen.capture() as captured:
        screen.print(headline_table(published))
    lines = (re.split("[│┃]", line) for line in captured.get().splitlines())
    return [[cell.strip() for cell in cells[1:-1]] for cells in lines if len(cells) > 2]


FEBRUARY = "'month', date '2024-02-01'"


def test_headlines_compare_by_the_first_segment_type_that_has_two_values(published: Path) -> None:
    [header, *rows] = shown(
        published,
        f"{FEBRUARY}, 'plan', 'basic', 'nps', 7.0",
        f"{FEBRUARY}, 'secret', 'a', 'nps', 1.0",
        f"{FEBRUARY}, 'secret', 'b', 'nps', 2.0",
        f"{FEBRUARY}, 'age', 'old', 'nps', 3.0",
        f"{FEBRUARY}, 'age', 'young', 'nps', 4.0",
    )
    assert header[1] == "Age"
    assert [row[:4] for row in rows] == [
        ["NPS", "overall", "2024-02", "20.0"],
        ["", "old", "2024-02", "3.0"],
        ["", "young", "2024-02", "4.0"],
        ["Lifetime value to date", "overall", "all time", "99.50"],
    ]


def test_headlines_show_the_largest_segments_and_count_the_rest(published: Path) -> None:
    [header, *rows] = shown(
        published, *(f"{FEBRUARY}, 'plan', 'p{i}', 'nps', {i}.0" for i in range(8))
    )
    assert header[1] == "Price plan"
    assert [row[1] for row in rows[:-1]] == [
        "overall", "p0", "p1", "p2", "p3", "p4", "p5", "and 3 more"
    ]  # fmt: skip


def test_every_topic_with_data_has_its_headline(published: Path) -> None:
    metrics = {
        "first_reply_minutes_median": ("First reply, median minutes", "1,520"),
        "reopen_rate": ("Tickets reopened", "12.5%"),
        "lapse_rate": ("Buyers lapsed", "12.5%"),
        "clv_predicted": ("Lifetime value predicted", "1,520.00"),
    }
    given = {"1,520": 1520.0, "12.5%": 0.125, "1,520.00": 1520.0}
    _, *rows = shown(
        published,
        *(
            f"{FEBRUARY}, 'all', 'all', '{name}', {given[value]}"
            for name, (_, value) in metrics.items()
        ),
        f"{FEBRUARY}, 'all', 'all', 'csat', null",
    )
    assert {(row[0], row[3]) for row in rows} == {
        *metrics.values(),
        ("NPS", "20.0"),
        ("Lifetime value to date", "99.50"),
    }


HOMES = {
    "relative": ("mine", "{cwd}/mine"),
    "of the user": ("~/mine", "{home}/mine"),
    "above": ("../mine", "{cwd}/../mine"),
    "empty": ("", f"{PROJECT_ROOT}/data"),
}


@pytest.mark.parametrize(("given", "meant"), HOMES.values(), ids=HOMES)
def test_a_home_means_one_folder_to_every_process(
    given: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cwd, user = tmp_path / "cwd", tmp_path / "user"
    cwd.mkdir()
    user.mkdir()
    monkeypatch.chdir(cwd)
    monkeypatch.setenv("HOME", str(user))
    folder = Path(meant.format(cwd=cwd, home=user)).resolve()
    os.environ |= {"CX_HOME": given, "CX_LANDING": given and f"{given}/zone"}
    settings = Settings()
    monkeypatch.chdir(tmp_path)
    assert settings.home_dir == folder
    assert settings.landing_dir == folder / ("zone" if given else "landing")


def test_what_is_started_from_here_has_the_same_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.environ |= {"CX_HOME": "mine", "CX_LANDING": "zone"}
    export_environment(Settings())
    monkeypatch.chdir("/")
    assert Settings().home_dir == tmp_path / "mine"
    assert Settings().landing_dir == tmp_path / "zone"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CX_HOME", "~nobody-of-that-name/x"),
        ("CX_HOME", "where?"),
        ("CX_PUBLISHED_TO", "everyone"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    os.environ[name] = value
    result = cx("status")
    assert result.exit_code == 2
    assert name in result.output
    assert len(result.output.splitlines()) == 1


def test_what_is_made_is_for_its_owner_only(home: Path) -> None:
    before = os.umask(0o022)
    try:
        assert cx("sample", "--customers", "250", "--days", "90").exit_code == 0
        assert cx("quarantine").exit_code == 2
        connect(Settings()).close()
        made = [path for path in home.parent.rglob("*") if path.stat().st_mode & 0o077]
    finally:
        os.umask(before)
    assert made == []
    assert Settings().warehouse_file.exists()
