"""Each promise has a test that fails without it: `make mutations` breaks them one by one.

The name keeps this file out of `make test`.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.mutation.table import MUTATIONS, Mutation

PASSED, FAILED = 0, 1


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project and its tests, to break."""
    ignored = shutil.ignore_patterns(".*", "data", "logs", "target", "__pycache__")
    return Path(shutil.copytree(PROJECT_ROOT, tmp_path / "project", ignore=ignored))


def run(test: str, project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "--numprocesses=0", test],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.promise)
def test_a_broken_promise_is_noticed(
    mutation: Mutation, project: Path, record_property: Callable[[str, int], None]
) -> None:
    file = project / mutation.file
    code = file.read_text(encoding="utf-8")
    assert code.count(mutation.text) == 1
    file.write_text(code.replace(mutation.text, mutation.mutated), encoding="utf-8")

    done = run(mutation.test, project)

    assert done.returncode == FAILED, done.stdout
    record_property("mutations caught", 1)


@pytest.mark.parametrize("test", sorted({mutation.test for mutation in MUTATIONS}))
def test_a_kept_promise_passes(test: str, project: Path) -> None:
    done = run(test, project)
    assert done.returncode == PASSED, done.stdout
