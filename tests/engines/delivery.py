"""A second delivery, with all that may change what was delivered before."""

import shutil
from pathlib import Path

from tests.integration.conftest import Warehouse
from tests.integration.own_folder import begin_one_of_each
from tests.integration.published import restate

# What an analyst has written, with a description and types of columns.
OWN = Path(__file__).with_name("own")
MART = "promoters_by_country"


def deliver(warehouse: Warehouse) -> None:
    """A restated day of each table, a late answer, and a file that is withdrawn."""
    restate(warehouse.landing)
    [withdrawn, *_] = sorted((warehouse.landing / "tickets/tickets").glob("????-??-??.*"))
    done = warehouse.cx("withdraw", f"tickets/tickets/{withdrawn.name}")
    assert done.returncode == 0, done.stdout + done.stderr


def extend(warehouse: Warehouse) -> None:
    """A mart of an analyst's, and what `cx new` begins, in the own folder as they are."""
    assert warehouse.own
    shutil.copytree(OWN, warehouse.own, dirs_exist_ok=True)
    begin_one_of_each(warehouse)
