"""The mutations that `make mutations` plants are still mutations of this code."""

import pytest

from orchestration.warehouse import PROJECT_ROOT
from tests.mutation.table import MUTATIONS, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.promise)
def test_a_mutation_finds_the_one_text_that_it_changes(mutation: Mutation) -> None:
    code = (PROJECT_ROOT / mutation.file).read_text(encoding="utf-8")
    assert code.count(mutation.text) == 1
