"""A run that is killed at any instant leaves readers what they had, and the next run heals it."""

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of, published_sample, restate, sample_in
from tests.integration.slim import narrow_project

# Two in a run of some marts suffice to notice a fault; the soak test kills often, in every phase
# of a run of all.
KILLS = int(os.environ.get("CX_SOAK_KILLS", "2"))
IS_SOAK = "CX_SOAK_KILLS" in os.environ
MARTS = ("fct_survey_responses", "fct_orders")
# A run that is killed is healed by one that is killed too, and that by one that may finish.
KILLS_IN_A_ROW = 2
PHASE = re.compile(r"^(\w+(?: \w+)?) {2,}.*?([\d.]+) s$", re.MULTILINE)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse that has published once; a late answer and a restated day of each table wait."""
    folder = tmp_path_factory.mktemp("crashes")
    if IS_SOAK:
        warehouse = copy_of(published_sample(), folder)
    else:
        warehouse = sample_in(folder, narrow_project(folder / "project", *MARTS))
        warehouse.run()
    restate(warehouse.landing)
    return warehouse


@dataclass(frozen=True)
class Undisturbed:
    """What a run that nobody kills publishes, and how long its phases take."""

    tables: dict[str, list[Any]]
    seconds: dict[str, float]


@pytest.fixture(scope="module")
def undisturbed(before: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    warehouse = copy_of(before, tmp_path_factory.mktemp("undisturbed"))
    seconds = {phase: float(seconds) for phase, seconds in PHASE.findall(warehouse.run())}
    return Undisturbed(warehouse.tables(), seconds)


def await_first_step(run: subprocess.Popen[str], logs: Path, earlier: set[Path]) -> None:
    """Wait until a run has begun to load, which it prints only when it has done so."""
    while run.poll() is None:
        if any("STEP_START" in log.read_text() for log in set(logs.glob("run-*")) - earlier):
            return
        time.sleep(0.05)


def kill_in(phase: str, within: float, undisturbed: Undisturbed, warehouse: Warehouse) -> str:
    """Start a run and kill it, with all it started, some way into a phase; give where it was."""
    logs = warehouse.home / "logs"
    logs_before = set(logs.glob("run-*"))
    run = warehouse.start_run()
    assert run.stdout
    await_first_step(run, logs, logs_before)
    phases = list(undisturbed.seconds)
    earlier, printed = phases.index(phase), ""
    while len(PHASE.findall(printed)) < earlier and (line := run.stdout.readline()):
        printed += line
    time.sleep(within * undisturbed.seconds[phase])
    os.killpg(run.pid, signal.SIGKILL)
    printed += run.communicate()[0]
    ended = len(PHASE.findall(printed))
    return phases[ended] if ended < len(phases) else "end"


@pytest.mark.parametrize("first", range(0, KILLS, KILLS_IN_A_ROW))
def test_a_later_run_heals_kills(
    first: int,
    before: Warehouse,
    undisturbed: Undisturbed,
    tmp_path: Path,
    record_property: Callable[[str, int], None],
) -> None:
    warehouse = copy_of(before, tmp_path)
    chance = random.Random(first)
    in_order = list(undisturbed.seconds)
    phases = in_order[1::2] + in_order[::2]
    for kill in range(first, first + KILLS_IN_A_ROW):
        phase = phases[kill % len(phases)]
        killed_in = kill_in(phase, chance.random(), undisturbed, warehouse)
        record_property(f"kills in {killed_in}", 1)
        assert warehouse.tables() in (before.tables(), undisturbed.tables)
    warehouse.run()
    assert warehouse.tables() == undisturbed.tables
