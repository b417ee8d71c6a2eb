"""A clock that jumps between runs, forwards and backwards, changes nothing that is published."""

import os
import shutil
from pathlib import Path

import pytest

from tests.integration.conftest import Warehouse, land
from tests.integration.slim import slim_project

ANSWERS = "response_id,instrument_id,responded_at,score\n"
FAKETIME = shutil.which("faketime")

pytestmark = pytest.mark.skipif(
    not FAKETIME and "CI" not in os.environ,
    reason="faketime, which moves the clock of a process, is not installed",
)


def deliver(warehouse: Warehouse, day: str, response: str) -> None:
    row = f"{response},nps_relationship,{day},9\n"
    land(warehouse.landing, f"survey/responses/{day}.csv", ANSWERS + row)


def run_at(clock: str, warehouse: Warehouse) -> None:
    """Run the daily job with a clock that is ahead or behind, such as by '+400d'."""
    assert FAKETIME, "install faketime: apt-get install faketime"
    done = warehouse.cx("run", under=(FAKETIME, "-f", clock))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_clock_that_jumps_changes_nothing(tmp_path: Path) -> None:
    project = slim_project(tmp_path / "project")
    landing = tmp_path / "landing"
    jumping = Warehouse(tmp_path / "jumping", landing, project)
    deliver(jumping, "2026-06-29", "r1")
    run_at("+400d", jumping)
    deliver(jumping, "2026-06-30", "r2")
    deliver(jumping, "2026-06-29", "r1_restated")
    run_at("-400d", jumping)
    undisturbed = Warehouse(tmp_path / "undisturbed", landing, project)
    undisturbed.run()
    assert jumping.tables() == undisturbed.tables()
    assert jumping.query("select sum(landed_rows) from marts.landed") == [(2,)]
    assert "success" in jumping.cx("status").stdout
