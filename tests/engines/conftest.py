"""What other engines are compared with."""

from dataclasses import replace

import pytest

from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of, published_sample


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse in a file, which has published once, and an own folder that is empty."""
    copied = copy_of(published_sample(), tmp_path_factory.mktemp("file"))
    return replace(copied, own=tmp_path_factory.mktemp("own"))
