"""Plugin of pytest: tests of the sample look at a warehouse that is there already."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Warehouse


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: Any) -> Warehouse | None:
    """Give the fixture `sample` without a run."""
    if fixturedef.argname != "sample":
        return None
    folders = (Path(os.environ[name]) for name in ("CX_PREPARED_HOME", "CX_PREPARED_LANDING"))
    warehouse = Warehouse(*folders)
    fixturedef.cached_result = (warehouse, fixturedef.cache_key(request), None)
    return warehouse
