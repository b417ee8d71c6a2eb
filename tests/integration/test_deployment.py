"""Dagster as it is deployed, with its history in PostgreSQL: a morning comes, and the job runs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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

from tests.integration.conftest import PROJECT, Warehouse, land
from tests.integration.slim import LANDED, slim_project
from tests.integration.starting import parsed_project
from tests.integration.test_daemon import await_
from tests.postgres_server import PostgresServer, running

DEPLOYMENT = PROJECT / "docs" / "deployment"
SCHEDULE = "every_morning"
OVER = {"SUCCESS", "FAILURE", "CANCELED"}


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


def statuses(history: Any) -> list[str]:
    """Of runs that the schedule began, as they are stored."""
    found = history.execute(
        """
        select status from runs inner join run_tags on runs.run_id = run_tags.run_id
        where key = 'dagster/schedule_name' and value = %s
        """,
        [SCHEDULE],
    )
    return [status for (status,) in found]


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


def test_a_morning_is_run_by_the_deployed_daemon_with_its_history_in_postgresql(
    warehouse: Warehouse, server: PostgresServer
) -> None:
    """It makes up for the one morning that passed since the schedule was switched on."""
    switch_on_yesterday(warehouse)
    unit = (DEPLOYMENT / "cx-daemon.service").read_text()
    [command] = re.findall(r"^ExecStart=/opt/cx/\.venv/bin/(.*)$", unit, re.M)
    program, *arguments = command.split()
    daemon = subprocess.Popen(
        [Path(sys.executable).parent / program, *arguments],
        cwd=warehouse.project,
        env=warehouse.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with server.connect("dagster", "dagster", autocommit=True) as history:
            await_(lambda: statuses(history) != [])
            await_(lambda: not OVER.isdisjoint(statuses(history)))
            assert statuses(history) == ["SUCCESS"]
    finally:
        os.killpg(daemon.pid, 15)
        daemon.wait(60)
    landed = f"select landed_rows from marts.{LANDED} where source_table = 'raw_survey.responses'"
    assert warehouse.query(landed) == [(1,)]
    assert not list((warehouse.home / "dagster").rglob("*.db"))
