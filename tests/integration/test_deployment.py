"""Dagster as it is deployed, with its history in PostgreSQL.

A morning comes, and the job runs; of its daemon and `cx run` one works, the other stops, says for
whom and is told of.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from orchestration.publishing.published import current_id
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from tests.channel import Channel
from tests.integration.conftest import PROJECT, Warehouse, land
from tests.integration.slim import slim_project
from tests.integration.starting import parsed_project
from tests.postgres_server import PostgresServer, running

DEPLOYMENT = PROJECT / "docs" / "deployment"
SCHEDULE = "every_morning"


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server with a database for Dagster's history, and its owner."""
    with running() as server:
        server.create_login("dagster", "")
        server.say("create database dagster owner dagster")
        yield server


@pytest.fixture
def warehouse(tmp_path: Path, server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A home that never ran, with a file to load and the instance as the deployment has it."""
    url = server.url("dagster", "dagster").replace("postgresql:", "postgresql+psycopg2:")
    monkeypatch.setenv("CX_DAGSTER_POSTGRES_URL", url)
    answer = "response_id,instrument_id,responded_at,score\nr1,nps_relationship,2026-06-30,9\n"
    land(tmp_path / "landing", "survey/responses/2026-06-30.csv", answer)
    (tmp_path / "home" / "dagster").mkdir(parents=True)
    shutil.copy(DEPLOYMENT / "dagster.yaml", tmp_path / "home" / "dagster")
    project = slim_project(tmp_path / "project")
    shutil.copytree(parsed_project(project), tmp_path / "home" / "logs" / "dbt")
    return Warehouse(tmp_path / "home", tmp_path / "landing", project)


def await_(condition: Callable[[], bool]) -> None:
    """Wait until something holds: ten minutes at most, as a slow machine runs for two."""
    ends = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.2)


def switch_on_yesterday(warehouse: Warehouse) -> None:
    """Leave in Dagster's memory what the switch in the UI does, as if it were a day ago.

    A process that presses it takes 7 s of CPU.
    """
    target = LoadableTargetOrigin(
        module_name="orchestration.definitions", working_directory=str(warehouse.project)
    )
    code = RemoteRepositoryOrigin(ManagedGrpcPythonEnvCodeLocationOrigin(target), "__repository__")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    switched_on = InstigatorState(
        RemoteInstigatorOrigin(code, SCHEDULE),
        InstigatorType.SCHEDULE,
        InstigatorStatus.RUNNING,
        ScheduleInstigatorData("0 5 * * *", yesterday.timestamp()),
    )
    with warehouse.dagster() as instance:
        instance.add_instigator_state(switched_on)


@contextmanager
def daemon_of(warehouse: Warehouse, channel: Channel) -> Iterator[None]:
    """The daemon, begun as the deployment begins it."""
    unit = (DEPLOYMENT / "cx-daemon.service").read_text()
    [command] = re.findall(r"^ExecStart=/opt/cx/\.venv/bin/(.*)$", unit, re.M)
    program, *arguments = command.split()
    daemon = subprocess.Popen(
        [Path(sys.executable).parent / program, *arguments],
        cwd=warehouse.project,
        env={**warehouse.environment, "CX_ALERT_WEBHOOK_URL": channel.url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(daemon.pid, 15)
        daemon.wait(60)


def launch(instance: dg.DagsterInstance) -> str:
    """Have the daemon run the job of the newest run again, as the button in the UI does.

    A process that presses it takes 7 s of CPU.
    """
    newest = instance.get_run_records(limit=1)[0].dagster_run
    status = dg.DagsterRunStatus.NOT_STARTED
    run = newest._replace(run_id=str(uuid.uuid4()), status=status, tags={})
    instance.add_run(run)
    instance.submit_run(run.run_id, None)  # type: ignore[arg-type]
    return run.run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run
    return run.status


def log_of(instance: dg.DagsterInstance, run_id: str) -> str:
    return str(instance.all_logs(run_id))


def test_a_morning_is_run_and_whoever_comes_second_stops_and_names_the_first(
    warehouse: Warehouse,
) -> None:
    switch_on_yesterday(warehouse)
    settings = Settings(home=warehouse.home)
    with Channel.opened() as channel, daemon_of(warehouse, channel), warehouse.dagster() as dagster:
        # It makes up for the one morning that passed since the schedule was switched on.
        of_schedule = dg.RunsFilter(tags={"dagster/schedule_name": SCHEDULE})
        await_(lambda: bool(dagster.get_runs(of_schedule)))
        await_(lambda: dagster.get_runs(of_schedule)[0].is_finished)
        [morning] = dagster.get_runs(of_schedule)
        assert morning.is_success
        landed = "select landed_rows from marts.landed where source_table = 'raw_survey.responses'"
        assert warehouse.query(landed) == [(1,)]
        assert not list((warehouse.home / "dagster").rglob("*.db"))

        published = current_id(settings.published_dir)
        with exclusive_run(settings):
            run = launch(dagster)
            await_(lambda: status_of(dagster, run) == dg.DagsterRunStatus.FAILURE)
        assert f"Process {os.getpid()} is using the warehouse" in log_of(dagster, run)
        assert current_id(settings.published_dir) == published

        run = launch(dagster)
        await_(lambda: "STEP_START" in log_of(dagster, run))
        second = warehouse.cx("run")
        assert second.returncode == 2
        named = re.match(r"Process (\d+) is using the warehouse", second.stdout)
        assert named
        first = Path(f"/proc/{named[1]}")
        assert first.exists()
        await_(lambda: status_of(dagster, run) == dg.DagsterRunStatus.SUCCESS)
        await_(lambda: not first.exists())
        assert current_id(settings.published_dir) != published
        told = f"The run failed: Process {os.getpid()} is using the"
        await_(lambda: told in str(channel.texts))
