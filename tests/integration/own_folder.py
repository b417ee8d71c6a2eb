"""A company's own folder, as `cx new` begins it."""

from tests.integration.conftest import Warehouse


def begin_one_of_each(warehouse: Warehouse) -> None:
    """A metric, a model, a segment and a source, with the files that they begin with."""
    for new in ("metric pmf", "model answerers", "segment buyer", "source doors/openings"):
        begun = warehouse.cx("new", *new.split())
        assert begun.returncode == 0, begun.stdout
