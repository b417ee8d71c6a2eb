"""Who notices a mutant: asked in stages from cheap to dear, until one does."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from expectations import guarded_tables
from expectations.validate import validate
from orchestration.building.fits.purchases import SCHEMA as FITS
from orchestration.building.fits.purchases import fit_purchases
from orchestration.contract import source_tables
from orchestration.publishing.publish import publish
from orchestration.publishing.published import SCHEMA as MARTS
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.forking import fork
from tests.mutation.bench import FITTED, Bench, Dbt, copy_project
from tests.mutation.comparing import differing
from tests.mutation.drawing import Mutant
from tests.mutation.table import INCREMENTS
from tests.mutation.verdicts import BROKEN, Verdict

# A mutant that needs more seconds of the processor is seen by whoever waits for it: builds need 20,
# all unit tests 200.
BUILD_SECONDS, TEST_SECONDS = 90, 600
ENDLESS = f"{BROKEN}: has no end"
# What decides which months are built anew shows in increments only.
_OF_INCREMENTS = re.compile(r"_inputs\.sql|incremental_months|is_newest|row_hash")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def judged(mutant: Mutant, bench: Bench, dbt: Dbt) -> Verdict:
    """Ask all stages."""
    began = time.monotonic()
    judge = _judge_sql if mutant.is_sql else _judge_python
    caught_by, changed = judge(mutant, bench, dbt)
    return Verdict(mutant, caught_by, tuple(changed), time.monotonic() - began)


def _judge_sql(mutant: Mutant, bench: Bench, dbt: Dbt) -> tuple[str, list[str]]:
    home = bench.home_of_worker()
    built_and_tested = in_fork(lambda: _build(mutant, dbt, home))
    if isinstance(built_and_tested, str):
        return built_and_tested, []
    broken, caught = built_and_tested
    if broken:
        return f"{BROKEN}: {broken}", []
    built = bench.warehouse.home / "warehouse.duckdb"
    changed = differing(built, home / "warehouse.duckdb", {MARTS})
    if caught:
        return f"unit test of dbt: {caught}", changed
    if not changed:
        return _by_increments(mutant, bench), changed
    for stage, ask in (
        ("data test", lambda: in_fork(lambda: _data_tests(mutant, dbt, home))),
        ("gate", lambda: _gate(home)),
        ("recomputation", lambda: _recomputed(bench, home)),
    ):
        if caught := ask():
            return f"{stage}: {caught}", changed
    return _by_increments(mutant, bench), changed


def _build(mutant: Mutant, dbt: Dbt, home: Path) -> tuple[str, str]:
    """What of the models at or below a mutant does not build, and which unit tests fail."""
    os.environ["CX_WAREHOUSE_FILE"] = str(home / "warehouse.duckdb")
    models = dbt.plant(mutant)
    if not models:
        return "", ""
    below = dbt.descendants(models)
    histories, relation = dbt.histories()
    selected = ["--select", *(f"{model}+" for model in models)]
    if histories not in below:
        broken = dbt.failures("run", *selected)
    else:
        broken = in_fork(lambda: dbt.failures("run", *selected, "--exclude", FITTED))
        if not broken:
            in_fork(lambda: _fit(home, relation))
            broken = dbt.failures("run", "--select", FITTED)
    if broken:
        return broken[0], ""
    return "", dbt.unit_test_that_fails(models)


def _fit(home: Path, relation: str) -> None:
    with connect(Settings(home=home)) as connection:
        fit_purchases(connection, relation)


def _data_tests(mutant: Mutant, dbt: Dbt, home: Path) -> str:
    os.environ["CX_WAREHOUSE_FILE"] = str(home / "warehouse.duckdb")
    selected = [f"{model}+" for model in dbt.plant(mutant)]
    arguments = ("test", "--exclude-resource-type", "unit_test", "--select", *selected)
    return next(iter(dbt.failures(*arguments)), "")


def _gate(home: Path) -> str:
    with connect(Settings(home=home), read_only=True) as connection:
        for table, suite in guarded_tables("marts").items():
            for check in validate(connection, table, suite):
                if check.severity == "critical" and not check.passed:
                    return f"{table} {check.name}"
    return ""


def _recomputed(bench: Bench, home: Path) -> str:
    in_fork(lambda: publish(Settings(home=home)) and None)
    prepared = {"CX_PREPARED_HOME": str(home), "CX_PREPARED_LANDING": str(bench.warehouse.landing)}
    return _pytest(
        bench.project, "-p", "tests.mutation.prepared", "tests/recomputation", **prepared
    )


def _by_increments(mutant: Mutant, bench: Bench) -> str:
    if not _OF_INCREMENTS.search(mutant.file):
        return ""
    with _planted(mutant, bench) as project:
        failed = _pytest(project, INCREMENTS)
    return failed and f"increments: {failed}"


def _judge_python(mutant: Mutant, bench: Bench, dbt: Dbt) -> tuple[str, list[str]]:
    home = bench.home_of_worker()
    with _planted(mutant, bench) as project:
        changed = _done_anew(project, bench, home, dbt.histories()[1])
        if changed is None:
            return f"{BROKEN}: the run breaks off", []
        near, far = _unit_tests(mutant, project)
        caught = _pytest(project, *near) if near else ""
        if changed and not caught:
            caught = _pytest(project, *far)
    return caught and f"unit test: {caught}", changed


def _done_anew(project: Path, bench: Bench, home: Path, histories: str) -> list[str] | None:
    """Tables that differ when the mutant loads, fits and publishes; None where it breaks off."""
    (home / "warehouse.duckdb").unlink()
    built = bench.warehouse.home / "warehouse.duckdb"
    folders = (home, bench.warehouse.landing, built)
    if _python(project, "-m", "tests.mutation.loads", *map(str, folders), histories).returncode:
        return None
    raw = {table.schema for table in source_tables()} | {"quarantine"}
    fitted = home / "built"
    return [
        *differing(built, home / "warehouse.duckdb", raw),
        *differing(built, fitted / "warehouse.duckdb", {FITS}),
        *differing(built, fitted / "published" / "cx.duckdb", {MARTS}),
    ]


@contextmanager
def _planted(mutant: Mutant, bench: Bench) -> Iterator[Path]:
    """A copy of the project that belongs to this process, with the mutant in it."""
    project = bench.folder / f"worker-{os.getpid()}" / "project"
    if not project.exists():
        copy_project(bench.project, project)
    file = project / mutant.file
    file.write_text(mutant.mutated, encoding="utf-8")
    try:
        yield project
    finally:
        file.write_text(mutant.text, encoding="utf-8")


def _unit_tests(mutant: Mutant, project: Path) -> tuple[list[str], list[str]]:
    """Files of unit tests: those that import what the mutant changes, and the others."""
    module = mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    near: list[str] = []
    far: list[str] = []
    for file in sorted((project / "tests" / "unit").glob("test_*.py")):
        fitting = near if module in file.read_text(encoding="utf-8") else far
        fitting.append(str(file.relative_to(project)))
    return near, far


def in_fork(work: Callable[[], Any], seconds: int = BUILD_SECONDS) -> Any:
    """What a function gives in a fork: dbt holds the warehouse open while its process lives."""
    receiver, sender = Pipe(duplex=False)
    process = fork(_send, work, sender, seconds)
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        return ENDLESS
    finally:
        process.join()


def _send(work: Callable[[], Any], sender: Connection, seconds: int) -> None:
    _limit(seconds)
    sender.send(work())


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _pytest(project: Path, *arguments: str, **environment: str) -> str:
    """The first test that fails; nothing when all pass."""
    options = ("-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider")
    done = _python(project, *options, *arguments, **environment)
    if done.returncode == 0:
        return ""
    found = _FAILED.search(done.stdout)
    return found[1] if found else (done.stdout + done.stderr)[-200:] or ENDLESS


def _python(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
        preexec_fn=partial(_limit, TEST_SECONDS),
        capture_output=True,
        text=True,
        check=False,
    )
