"""A sample that is published once, for all tests that read it or go on from a copy."""

import shutil
from pathlib import Path

from tests.integration.conftest import PROJECT, Warehouse, land
from tests.integration.others import land_others
from tests.sharing import shared_folder


def published_sample() -> Warehouse:
    """The warehouse of 300 customers over 200 days and some others, as its first run left it."""
    return _in(shared_folder("published-sample", _publish))


def copy_of(warehouse: Warehouse, folder: Path) -> Warehouse:
    """Copy a warehouse and its landing zone, to go on from."""
    shutil.copytree(warehouse.home, folder / "home", symlinks=True)
    shutil.copytree(warehouse.landing, folder / "landing")
    return Warehouse(folder / "home", folder / "landing", warehouse.project)


def printed_by_its_run(warehouse: Warehouse) -> str:
    """What the run of that sample printed."""
    return (warehouse.home.parent / "printed.txt").read_text()


def sample_in(folder: Path, project: Path = PROJECT) -> Warehouse:
    """A landing zone with that sample, for some project that has not run yet."""
    warehouse = _in(folder, project)
    done = warehouse.cx("sample", "--customers", "300", "--days", "200")
    assert done.returncode == 0, done.stdout + done.stderr
    land_others(warehouse.landing)
    return warehouse


def restate(landing: Path) -> None:
    """Land a restated day of each table, and a late answer."""
    for table in landing.glob("*/*/"):
        if len(days := sorted(table.glob("????-??-??.*"))) > 1:
            shutil.copy(days[-2], days[-1])
    land(
        landing,
        "survey/responses/2026-05-31.csv",
        "response_id,instrument_id,responded_at,score\nlate,nps_relationship,2026-01-31,0\n",
    )


def _publish(folder: Path) -> None:
    (folder / "printed.txt").write_text(sample_in(folder).run())


def _in(folder: Path, project: Path = PROJECT) -> Warehouse:
    return Warehouse(folder / "home", folder / "landing", project)
