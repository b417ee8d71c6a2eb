"""What a terminal says of how far a run is; a log is spared it."""

import json
from io import StringIO
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from orchestration.cli.following import Following
from orchestration.running.pace import Pace, in_words

STEPS = ["load__crm__customers", "build", "publish"]


@dg.op(name="load__crm__customers")
def load() -> None:
    """Take no time."""


@dg.op(ins={"start": dg.In(dg.Nothing)})
def build() -> None:
    """Take no time."""


@dg.op(ins={"start": dg.In(dg.Nothing)})
def publish() -> None:
    """Take no time."""


@dg.job
def daily() -> None:
    publish(start=build(start=load()))


def run(file: Path) -> list[str]:
    """Lines of a run of a job whose steps take no time."""
    lines: list[str] = []
    pace = Pace(STEPS, file, lines.append)
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = dg.DagsterRun(job_name="daily").run_id
        instance.add_event_listener(run_id, pace)
        assert daily.execute_in_process(instance=instance, run_id=run_id).success
    pace.save()
    return lines


def test_an_estimate_is_what_this_phase_and_those_after_it_took_last_time(tmp_path: Path) -> None:
    file = tmp_path / "pace.json"
    assert set(run(file)) == {f"{phase:12}" for phase in ("load", "build", "publish")}
    known = json.loads(file.read_text())
    assert set(known) == {"load", "build", "publish"}
    seconds = {"load": 10, "build": 45, "publish": 5, "report": 600}
    file.write_text(json.dumps({name: {"seconds": taken} for name, taken in seconds.items()}))
    assert run(file) == [
        "load        about 60 s left",
        "build       about 50 s left",
        "publish     about 5 s left",
    ]
    kept = {name: taken["seconds"] for name, taken in json.loads(file.read_text()).items()}
    assert kept.pop("report") == 600
    assert all(0 < taken < 5 for taken in kept.values())


@pytest.mark.parametrize("damage", ["", "[]", '{"load": 1}', '{"load": {"minutes": 1}}'])
def test_what_cannot_be_read_estimates_nothing(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "pace.json"
    file.write_text(damage)
    assert not any("left" in line for line in run(file))


def test_times_are_rough() -> None:
    said = [in_words(seconds) for seconds in (0.4, 12, 13, 119, 121, 3_600)]
    assert said == ["5 s", "10 s", "15 s", "120 s", "2 min", "60 min"]


def test_only_a_terminal_has_lines_that_come_and_go() -> None:
    for is_terminal in (True, False):
        screen = Console(file=StringIO(), force_terminal=is_terminal, highlight=False)
        following = Following(screen)
        following.meanwhile("build       1 of 2")
        following.show("build", "2 tables")
        assert isinstance(screen.file, StringIO)
        printed = screen.file.getvalue()
        assert ("1 of 2" in printed) == is_terminal
        assert "build       2 tables\n" in printed
