"""Starts `cx` as a process of its own, forked from one that has imported the libraries of a run.

They take 6 s a process; the code of the project, which may be a copy, each imports itself.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.garbage import collect_seldom
from tests.hanging import HANGS_AFTER_SECONDS
from tests.sharing import shared_folder

PROJECT = Path(__file__).parents[2]
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "dagster._core.storage.legacy_storage",
        "dagster_dbt",
        "dbt.adapters.duckdb",
        "dbt.cli.main",
        "dbt.task.build",
        "great_expectations",
        "pydantic_settings",
        "rich.table",
        "scipy.optimize",
        "typer",
    ]
)
os.environ["GX_ANALYTICS_ENABLED"] = "false"  # as it is while a run imports it


def run_cx(
    arguments: tuple[str, ...], project: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a `cx` command with the code of a project, and wait for it."""
    return _run_apart(partial(_cx, arguments), project, environment)


def run_dagster(
    arguments: tuple[str, ...], project: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a Dagster command with the code of a project, and wait for it."""
    return _run_apart(partial(_dagster, arguments), project, environment)


def run_dbt(
    arguments: tuple[str, ...], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a dbt command on a home, whose project is parsed, and wait for it."""
    return _run_apart(partial(_dbt, arguments), PROJECT, environment)


def _run_apart(
    work: Callable[[], None], project: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    with TemporaryDirectory() as folder:
        printed = Path(folder, "stdout"), Path(folder, "stderr")
        process = PROCESSES.Process(target=_run, args=(work, project, environment, *printed))
        process.start()
        process.join(HANGS_AFTER_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"{work} hangs")
        stdout, stderr = (file.read_text() for file in printed)
    return subprocess.CompletedProcess(str(work), process.exitcode, stdout, stderr)


def parsed_project(project: Path = PROJECT) -> Path:
    """What dbt writes as it parses a project, which takes 7 s; any home may begin with it."""
    from orchestration.code_state import code_digest

    home = shared_folder(f"parsed-{code_digest(project)}", partial(_parse_apart, project))
    return home / "logs" / "dbt"


def _parse_apart(project: Path, home: Path) -> None:
    environment = {**os.environ, "CX_HOME": str(home)}
    process = PROCESSES.Process(target=_parse, args=(project, environment))
    process.start()
    process.join()
    assert process.exitcode == 0


def _run(
    work: Callable[[], None],
    project: Path,
    environment: dict[str, str],
    stdout: Path,
    stderr: Path,
) -> None:
    for file, number in ((stdout, 1), (stderr, 2)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    collect_seldom()
    _enter(project, environment)
    work()


def _cx(arguments: tuple[str, ...]) -> None:
    sys.argv = ["cx", *arguments]
    from orchestration.__main__ import main

    main()


def _dagster(arguments: tuple[str, ...]) -> None:
    sys.argv = ["dagster", *arguments]
    from dagster._cli import main

    main()  # type: ignore[no-untyped-call]


def _dbt(arguments: tuple[str, ...]) -> None:
    from orchestration.building.dbt import run_dbt
    from orchestration.building.parsed import parsed
    from orchestration.building.results import require_success
    from orchestration.running.environment import export_environment
    from orchestration.settings import Settings

    export_environment(Settings())
    require_success(run_dbt([*arguments, "--no-write-json"], parsed(Settings())).results)


def _parse(project: Path, environment: dict[str, str]) -> None:
    _enter(project, environment)
    from orchestration.building.parsed import parsed
    from orchestration.running.environment import export_environment
    from orchestration.settings import Settings

    export_environment(Settings())
    parsed(Settings())


def _enter(project: Path, environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(project)
    sys.path.insert(0, str(project))
