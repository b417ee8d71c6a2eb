"""A file that changes under the hands of a run is not taken for what it was, or is to be."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hanging import HANGS_AFTER_SECONDS
from tests.integration.conftest import CX, Warehouse, land
from tests.integration.slim import LANDED, slim_project
from tests.integration.test_machine_failures import OBEYING

HEADER = "response_id,instrument_id,responded_at,score"
RESPONSES = "survey/responses"


def answers(*ids: str) -> str:
    rows = (f"{id_},nps_relationship,2026-06-30,9" for id_ in ids)
    return "\n".join((HEADER, *rows)) + "\n"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Files that are there to be changed, and one after them in the order of reading."""
    landing = tmp_path / "landing"
    for name in ("forbidden", "growing", "replaced", "restated", "vanishing"):
        land(landing, f"{RESPONSES}/2026-06-30/{name}.csv", answers(f"{name}-1"))
    land(landing, f"{RESPONSES}/2026-06-30/sound.csv", answers("sound"))
    land(landing, f"{RESPONSES}/2026-07-01.csv", answers("last"))
    return Warehouse(tmp_path / "home", landing, slim_project(tmp_path / "project"))


@contextmanager
def halted_at(file: Path, *command: str, **options: object) -> Iterator[subprocess.Popen[str]]:
    """A process that halts where it first opens a file, until the block ends.

    The lease on the file has the system hold back whoever opens it (fcntl(2), F_SETLEASE).
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGIO})
    descriptor = os.open(file, os.O_RDONLY)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    try:
        process = subprocess.Popen(command, **options)  # type: ignore[call-overload]
        assert signal.sigtimedwait({signal.SIGIO}, 120), "nobody opened the file"
        yield process
    finally:
        os.close(descriptor)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})


def change_the_files(folder: Path) -> None:
    with (folder / "growing.csv").open("a") as growing:
        growing.write("growing-2,nps_relationship,2026-06-30,1\n")
    new = folder.with_name("new.part")
    new.write_text(answers("replaced-2"))
    new.replace(folder / "replaced.csv")
    restated = folder / "restated.csv"
    times = restated.stat()
    restated.write_text(answers("restated-2"))  # as long as before
    os.utime(restated, ns=(times.st_atime_ns, times.st_mtime_ns))
    (folder / "vanishing.csv").rename(folder.parent.parent / "vanished")


def loaded(warehouse: Warehouse) -> set[str]:
    rows = warehouse.query_private("select response_id from raw_survey.responses")
    return {id_ for (id_,) in rows}


def test_files_that_change_between_their_digest_and_their_load(warehouse: Warehouse) -> None:
    folder = warehouse.landing / RESPONSES / "2026-06-30"
    (folder / "forbidden.csv").chmod(0o000)
    (folder / ".snapshot").mkdir(mode=0o000)  # hidden, so nobody asks for it
    with halted_at(
        warehouse.landing / RESPONSES / "2026-07-01.csv",
        *(*OBEYING, sys.executable, "-c", CX, "run"),
        cwd=warehouse.project,
        env=warehouse.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        change_the_files(folder)
    printed = run.communicate(timeout=HANGS_AFTER_SECONDS)[0]

    assert run.returncode == 0, printed
    assert loaded(warehouse) == {"sound", "last"}
    assert "Warning: raw_survey.responses" in printed and "Traceback" not in printed
    refused = warehouse.cx("quarantine").stdout
    for name in ("growing", "replaced", "restated", "vanishing"):
        assert f"{name}.csv" in refused
    assert refused.count("changed or vanished while it was read") == 3
    assert refused.count("vanished before it was read") == 1
    assert "may not read the file" in refused and "[Errno" not in refused

    (folder / "forbidden.csv").chmod(0o644)
    (folder / ".snapshot").rmdir()
    (folder.parent.parent / "vanished").rename(folder / "vanishing.csv")
    warehouse.run()
    now = {"forbidden-1", "growing-1", "growing-2", "replaced-2", "restated-2", "vanishing-1"}
    assert loaded(warehouse) == now | {"sound", "last"}
    assert warehouse.query(f"select sum(landed_rows) from marts.{LANDED}") == [(8,)]
