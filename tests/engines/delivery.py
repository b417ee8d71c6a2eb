"""A second delivery, with all that may change what was delivered before."""

from tests.integration.conftest import Warehouse
from tests.integration.published import restate


def deliver(warehouse: Warehouse) -> None:
    """A restated day of each table, a late answer, and a file that is withdrawn."""
    restate(warehouse.landing)
    [withdrawn, *_] = sorted((warehouse.landing / "tickets/tickets").glob("????-??-??.*"))
    done = warehouse.cx("withdraw", f"tickets/tickets/{withdrawn.name}")
    assert done.returncode == 0, done.stdout + done.stderr
