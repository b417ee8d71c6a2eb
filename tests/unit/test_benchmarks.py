"""The benchmarks measure all of what they run, and say of a goal whether it is met."""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pytest

from benchmarks import report
from benchmarks.bench import Bench
from benchmarks.findings import Finding
from benchmarks.histories import make_history
from benchmarks.measure import Cost, Failed, interleaved, run
from benchmarks.same import different_tables
from benchmarks.sizes import SIZES
from orchestration.sample import write_sample

# Takes 200 MB for long enough to be seen, and says how much of the processor's time it took.
HUNGRY = """
import sys, time
held = bytearray(200_000_000)
sum(range(5_000_000))
time.sleep(0.5)
open(sys.argv[1], 'w').write(str(time.process_time()))
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]], check=True)"


def costs(*seconds: float) -> list[Cost]:
    return [Cost(each, each, 1_000_000) for each in seconds]


def test_what_a_child_takes_is_measured_with_its_parent(tmp_path: Path) -> None:
    nothing = run([sys.executable, "-c", "pass"])
    parent = run([sys.executable, "-c", PARENT, HUNGRY, tmp_path / "seconds"])
    assert parent.peak_bytes > 200_000_000 > nothing.peak_bytes
    assert parent.cpu_seconds > float((tmp_path / "seconds").read_text())


def test_a_script_may_tell_what_its_body_cost(tmp_path: Path) -> None:
    body = "from benchmarks.body import body\nwith body() as found: found['rows'] = 3"
    cost = run([sys.executable, "-c", HUNGRY + body, tmp_path / "seconds"])
    assert cost.found == {"rows": 3}
    assert cost.cpu_seconds < float((tmp_path / "seconds").read_text())


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(Failed, match="there is no such day"):
        run([sys.executable, "-c", "raise SystemExit('there is no such day')"])


def test_contenders_take_turns_and_one_that_fails_leaves_the_others() -> None:
    done: list[str] = []

    def work(name: str) -> Cost:
        done.append(name)
        if name == "theirs" and done.count(name) > 1:
            raise Failed("theirs ended with 1:\nno memory")
        return Cost(1, 1, 1)

    works = {name: partial(work, name) for name in ("ours", "theirs", "others")}
    notes: list[str] = []
    costs = interleaved(works, 3, notes)
    assert done == ["ours", "theirs", "others"] * 2 + ["ours", "others"]
    assert {name: len(each) for name, each in costs.items()} == {"ours": 3, "others": 3}
    assert notes == ["theirs failed: no memory"]
    with pytest.raises(Failed):
        interleaved({"theirs": works["theirs"]} | works, 3, notes)


def test_what_a_measure_finds_later_stands_in_place_of_what_it_found_before() -> None:
    bench = Bench(SIZES["small"])
    day, idle = Finding("one new day", {"cx run": costs(1)}), Finding("nothing new")
    more = replace(day, costs={"cx run": costs(1, 2)})
    for finding in (day, idle, more):
        bench.put(finding)
    assert bench.findings == [idle, more]


def test_the_page_shows_goals_that_are_missed_in_bold_with_their_cause() -> None:
    build = Finding("full build", {"cx run": costs(20, 30, 100), "plain DuckDB script": costs(10)})
    idle = Finding("nothing new", {"cx run": costs(2.5)})
    small = {"about": {"machine": "2 cores"}, "findings": [build.kept(), idle.kept()]}
    more = replace(build, costs={"cx run": costs(160), "plain DuckDB script": costs(110)})
    medium = {"about": {}, "findings": [more.kept(), Finding("load", notes=["no disk"]).kept()]}
    page = report.rendered({"medium": medium, "small": small})
    goals = page.split("## Small")[0].splitlines()
    rows = {cells[1].strip(): cells for line in goals if (cells := line.split("|"))[1:]}
    assert [cell.strip() for cell in rows["nothing new"][2:5]] == ["≤ 2 CPU s", "**2.5 CPU s**", ""]
    assert rows["full build of a sample"][3].strip() == "30 CPU s"
    beyond = rows["full build beyond its fixed cost, against a plain script"]
    assert [cell.strip() for cell in beyond[3:5]] == ["", "1.3 x"]
    assert "\n- nothing new: " in page and "\n- full build of a sample: " not in page
    assert "30.00 (20.00 to 100.00)" in page and "- load: no disk" in page
    assert page.index("## Small") < page.index("## Medium")


@pytest.mark.slow
def test_a_history_and_its_deliveries_hold_every_row_once(tmp_path: Path) -> None:
    write_sample(tmp_path / "zone", customers=300, days=100)
    history = make_history(tmp_path / "zone", 60, tmp_path / "history")

    def ids(pattern: str) -> list[str]:
        query = f"select event_id from read_parquet('{tmp_path}/{pattern}') order by all"
        return [each for (each,) in duckdb.sql(query).fetchall()]

    files = sorted((tmp_path / "zone/web/events").iterdir())[-2:]
    given = sorted(each for file in files for each in ids(f"zone/web/events/{file.name}"))
    new = ids("history/new/*/web/events/*")
    assert len(history.waiting("new")) == 3 and len(new) > 30
    assert sorted(ids("history/landing/web/events/*") + new) == given
    old = len(ids("history/landing/web/events/*-old*"))
    assert old - 0.1 * old - 3 <= len(ids("history/old/*/web/events/*")) < old


def test_other_values_and_missing_tables_are_noticed(tmp_path: Path) -> None:
    for name, value, more in (("a", 1, "create table marts.gone (x int)"), ("b", 2, "")):
        with duckdb.connect(tmp_path / name) as connection:
            connection.execute(
                f"""
                create schema marts;
                create table marts.same as select 7 as x, {value} as row_fingerprint;
                create table marts.other as select {value} as x;
                {more}
                """
            )
    assert different_tables(tmp_path / "a", tmp_path / "b") == ["gone", "other"]
