"""A run that is killed at any instant leaves readers what they had, and the next run heals it."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.conftest import CX, Warehouse, land

PHASES = ["load", "build", "fit", "build rest", "gate marts", "publish"]
# Two suffice to notice a fault; the soak test kills often, in every phase.
KILLS = int(os.environ.get("CX_SOAK_KILLS", "2"))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse that has published once, with a second delivery waiting."""
    folder = tmp_path_factory.mktemp("crashes")
    warehouse = Warehouse(folder / "home", folder / "landing")
    assert warehouse.cx("sample", "--customers", "300", "--days", "200").returncode == 0
    held_back = sorted(warehouse.landing.glob("*/*/2026-06-30.*"))
    for file in held_back:
        file.rename(folder / file.relative_to(warehouse.landing).as_posix().replace("/", "__"))
    warehouse.run()
    for file in held_back:
        (folder / file.relative_to(warehouse.landing).as_posix().replace("/", "__")).rename(file)
    land(
        warehouse.landing,
        "survey/responses/2026-05-31.csv",
        "response_id,instrument_id,responded_at,score\nlate,nps_relationship,2026-01-31,0\n",
    )
    return warehouse


def copy_of(warehouse: Warehouse, folder: Path) -> Warehouse:
    shutil.copytree(warehouse.home, folder / "home", symlinks=True)
    return Warehouse(folder / "home", warehouse.landing)


@pytest.fixture(scope="module")
def undisturbed(before: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = copy_of(before, tmp_path_factory.mktemp("undisturbed"))
    printed = warehouse.run()
    (warehouse.home / "printed.txt").write_text(printed)
    return warehouse


def seconds_of(phase: str, undisturbed: Warehouse) -> float:
    printed = (undisturbed.home / "printed.txt").read_text()
    found = re.search(rf"^{phase} .*?([\d.]+) s$", printed, re.MULTILINE)
    assert found, printed
    return float(found[1])


def kill_in(phase: str, after_seconds: float, warehouse: Warehouse) -> None:
    """Start a run and kill it, with all it started, some seconds into a phase."""
    run = subprocess.Popen(
        [sys.executable, "-u", "-c", CX, "run"],
        cwd=warehouse.project,
        env=warehouse.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert run.stdout
    earlier = PHASES[: PHASES.index(phase)]
    while earlier and not run.stdout.readline().startswith(earlier[-1]):
        pass
    time.sleep(after_seconds)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


@pytest.mark.parametrize("kill", range(KILLS))
def test_the_next_run_heals_a_kill(
    kill: int, before: Warehouse, undisturbed: Warehouse, tmp_path: Path
) -> None:
    phase = ["build", "publish", *PHASES][kill % (len(PHASES) + 2)]
    start_up = 3.0 if phase == "load" else 0.0
    within = start_up + seconds_of(phase, undisturbed)
    after_seconds = random.Random(kill).uniform(0, within)
    warehouse = copy_of(before, tmp_path)

    kill_in(phase, after_seconds, warehouse)

    assert warehouse.tables() in (before.tables(), undisturbed.tables())
    warehouse.run()
    assert warehouse.tables() == undisturbed.tables()
