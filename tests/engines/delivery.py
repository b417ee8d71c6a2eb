"""A second delivery, with all that may change what was delivered before."""

import shutil

from tests.integration.conftest import Warehouse, land


def deliver(warehouse: Warehouse) -> None:
    """A restated day of each table, a late answer, and a file that is withdrawn."""
    for table in warehouse.landing.glob("*/*/"):
        if len(days := sorted(table.glob("????-??-??.*"))) > 2:
            shutil.copy(days[-2], days[-1])
    land(
        warehouse.landing,
        "survey/responses/2026-05-31.csv",
        "response_id,instrument_id,responded_at,score\nlate,nps_relationship,2026-01-31,0\n",
    )
    [withdrawn, *_] = sorted((warehouse.landing / "tickets/tickets").glob("????-??-??.*"))
    done = warehouse.cx("withdraw", f"tickets/tickets/{withdrawn.name}")
    assert done.returncode == 0, done.stdout + done.stderr
