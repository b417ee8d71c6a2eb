"""`cx run` beside the Dagster daemon: one works, the other stops, says for whom and is told of."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.publishing.published import current_id
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from tests.channel import Channel
from tests.integration.conftest import Warehouse, land
from tests.integration.slim import slim_project

PROGRAMS = Path(sys.executable).parent
DEFINITIONS = ("-m", "orchestration.definitions")


@pytest.fixture
def channel() -> Iterator[Channel]:
    with Channel.opened() as channel:
        yield channel


@pytest.fixture
def warehouse(tmp_path: Path, channel: Channel) -> Iterator[Warehouse]:
    """A home that was run once, with a Dagster daemon at work on it."""
    answer = "response_id,instrument_id,responded_at,score\nr1,nps_relationship,2026-06-30,9\n"
    land(tmp_path / "landing", "survey/responses/2026-06-30.csv", answer)
    project = slim_project(tmp_path / "project")
    warehouse = Warehouse(tmp_path / "home", tmp_path / "landing", project)
    warehouse.run()
    daemon = subprocess.Popen(
        [str(PROGRAMS / "dagster-daemon"), "run", *DEFINITIONS],
        cwd=project,
        env={**warehouse.environment, "CX_ALERT_WEBHOOK_URL": channel.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield warehouse
    os.killpg(daemon.pid, 15)
    daemon.wait(60)


def launch(warehouse: Warehouse) -> None:
    """Have the daemon start the daily job, as the button in the UI does."""
    command = [str(PROGRAMS / "dagster"), "job", "launch", *DEFINITIONS, "-j", "daily"]
    subprocess.run(
        command,
        cwd=warehouse.project,
        env=warehouse.environment,
        check=True,
        capture_output=True,
    )


def await_(condition: Callable[[], bool]) -> None:
    """Wait until something holds, two minutes at most."""
    ends = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.2)


def last_run(warehouse: Warehouse) -> tuple[dg.DagsterRunStatus, str]:
    """Status and log of the newest run."""
    with warehouse.dagster() as instance:
        run = instance.get_run_records(limit=1)[0].dagster_run
        return run.status, str(instance.all_logs(run.run_id))


def test_whoever_comes_second_stops_and_names_the_first(
    warehouse: Warehouse, channel: Channel
) -> None:
    settings = Settings(home=warehouse.home)
    published = current_id(settings.published_dir)

    with exclusive_run(settings):
        launch(warehouse)
        await_(lambda: last_run(warehouse)[0] == dg.DagsterRunStatus.FAILURE)
    assert f"Process {os.getpid()} is using the warehouse" in last_run(warehouse)[1]
    assert current_id(settings.published_dir) == published

    launch(warehouse)
    await_(lambda: "STEP_START" in last_run(warehouse)[1])
    second = warehouse.cx("run")
    assert second.returncode == 2
    named = re.match(r"Process (\d+) is using the warehouse", second.stdout)
    assert named
    first = Path(f"/proc/{named[1]}")
    assert first.exists()
    await_(lambda: last_run(warehouse)[0] == dg.DagsterRunStatus.SUCCESS)
    await_(lambda: not first.exists())
    assert current_id(settings.published_dir) != published
    await_(lambda: f"The run failed: Process {os.getpid()} is using the" in str(channel.texts))
