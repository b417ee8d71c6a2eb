"""Each promise has a test that fails without it: `make mutations` breaks them one by one.

The name keeps this file out of `make test`.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.mutation.bench import Bench, Dbt, copy_project
from tests.mutation.changes import Change
from tests.mutation.drawing import Mutant
from tests.mutation.judging import TEST_SECONDS, in_fork
from tests.mutation.table import MUTATIONS, WORKED_NUMBERS, Mutation

PASSED, FAILED = 0, 1
OF_DEFINITIONS = [mutation for mutation in MUTATIONS if mutation.test == WORKED_NUMBERS]
OF_CODE = [mutation for mutation in MUTATIONS if mutation.test != WORKED_NUMBERS]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project and its tests, to break."""
    return copy_project(PROJECT_ROOT, tmp_path / "project")


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    bench = Bench(tmp_path_factory.mktemp("bench"))
    bench.prepare()
    return Dbt(bench)


def mutant_of(mutation: Mutation) -> Mutant:
    code = (PROJECT_ROOT / mutation.file).read_text(encoding="utf-8")
    assert code.count(mutation.text) == 1
    start = code.index(mutation.text)
    change = Change("by hand", start, start + len(mutation.text), mutation.mutated)
    return Mutant(mutation.file, code, change)


def run(test: str, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "--numprocesses=0", test],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("mutation", OF_CODE, ids=lambda mutation: mutation.promise)
def test_a_broken_promise_is_noticed(
    mutation: Mutation, project: Path, record_property: Callable[[str, int], None]
) -> None:
    (project / mutation.file).write_text(mutant_of(mutation).mutated, encoding="utf-8")

    done = run(mutation.test, project)

    assert done.returncode == FAILED, done.stdout
    record_property("mutations caught", 1)


@pytest.mark.parametrize("mutation", OF_DEFINITIONS, ids=lambda mutation: mutation.promise)
def test_a_broken_definition_is_noticed(
    mutation: Mutation, dbt: Dbt, record_property: Callable[[str, int], None]
) -> None:
    """By the worked numbers of what it changes itself."""
    mutant = mutant_of(mutation)

    failed = in_fork(lambda: dbt.unit_test_that_fails(dbt.plant(mutant)), TEST_SECONDS)

    assert failed in dbt.unit_tests
    record_property("mutations caught", 1)


@pytest.mark.parametrize("test", sorted({mutation.test for mutation in MUTATIONS}))
def test_a_kept_promise_passes(test: str, project: Path) -> None:
    done = run(test, project)
    assert done.returncode == PASSED, done.stdout
