"""What the machine refuses stops a run with a sentence, and leaves readers what they had.

The failures hit one home, one after the other; the last test runs it with all causes gone.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import pytest

from orchestration.running.last_run import last_failures
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from tests.hanging import HANGS_AFTER_SECONDS
from tests.integration.conftest import Warehouse, land
from tests.integration.slim import slim_project

IS_ROOT = os.geteuid() == 0
# Root is above permissions but for what it gives away.
OBEYING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--") if IS_ROOT else ()
AS_ROOT = () if IS_ROOT else ("sudo", "-n")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse that has published once, with a larger delivery waiting."""
    folder = tmp_path_factory.mktemp("machine")
    warehouse = Warehouse(folder / "home", folder / "landing", slim_project(folder / "project"))
    assert warehouse.cx("sample", "--customers", "300", "--days", "200").returncode == 0
    warehouse.run()
    answers = (f"w{i},nps_relationship,2026-06-30,{i % 11},{i * 7919}" for i in range(30_000))
    header = "response_id,instrument_id,responded_at,score,comment"
    land(warehouse.landing, "survey/responses/2026-07-31.csv", "\n".join((header, *answers)))
    return warehouse


@pytest.fixture(scope="module")
def undisturbed(before: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = copy_of(before, tmp_path_factory.mktemp("undisturbed") / "home")
    warehouse.run()
    assert warehouse.tables() != before.tables()
    return warehouse


@pytest.fixture(scope="module")
def home(before: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The home that the failures hit."""
    return copy_of(before, tmp_path_factory.mktemp("disturbed") / "home")


def copy_of(warehouse: Warehouse, home: Path) -> Warehouse:
    shutil.copytree(warehouse.home, home, symlinks=True, dirs_exist_ok=True)
    return Warehouse(home, warehouse.landing, warehouse.project)


def assert_stopped(
    done: subprocess.CompletedProcess[str], remedy: str, home: Warehouse, before: Warehouse
) -> None:
    """The run failed with what to do in a sentence, and readers see what they saw."""
    printed = done.stdout + done.stderr
    assert done.returncode != 0, printed
    assert remedy in printed
    assert "Traceback" not in printed and "[Errno" not in printed
    assert "Published" not in printed
    assert home.tables() == before.tables()


@contextmanager
def small_disk(place: Path, free_kilobytes: int) -> Iterator[None]:
    """Move what a folder holds to a disk of its own that has so much room left."""
    aside = place.with_name(f"{place.name}.aside")
    place.rename(aside)
    place.mkdir()
    used = int(subprocess.check_output(["du", "-sk", aside], text=True).split()[0])
    options = f"size={used + free_kilobytes}k,uid={os.geteuid()},mode=755"
    mount = [*AS_ROOT, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        place.rmdir()
        aside.rename(place)
        pytest.skip("no right to mount a small disk here: run the tests as root")
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", place], check=True)
        yield
    finally:
        shutil.rmtree(aside)
        subprocess.run(["cp", "-a", place, aside], check=True)
        subprocess.run([*AS_ROOT, "umount", "--lazy", str(place)], check=True)
        place.rmdir()
        aside.rename(place)


def fill(disk: Path) -> Path:
    """Take all the room that is left on a disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return filler


@contextmanager
def forbidden(place: Path, mode: int) -> Iterator[None]:
    before = place.stat().st_mode
    place.chmod(mode)
    try:
        yield
    finally:
        place.chmod(before)


ROOM = "Make room on the disk that holds {}, then run again."
MAY = "Let the user who runs cx read {} and write to {}, then run again."


def test_a_disk_without_any_room(home: Warehouse, before: Warehouse) -> None:
    with small_disk(home.home, 0):
        filler = fill(home.home)
        done = home.cx("run")
        assert_stopped(done, ROOM.format(home.home), home, before)
        filler.unlink()


def test_a_disk_that_fills_up_while_files_are_loaded(home: Warehouse, before: Warehouse) -> None:
    with small_disk(home.home, 1_500):
        done = home.cx("run")
        assert_stopped(done, ROOM.format(home.home), home, before)


def test_a_disk_that_fills_up_while_models_are_built(home: Warehouse, before: Warehouse) -> None:
    with small_disk(home.home, 30_000):
        run = home.start_run()
        assert run.stdout
        printed = run.stdout.readline()
        filler = fill(home.home)
        printed += run.communicate(timeout=HANGS_AFTER_SECONDS)[0]
        done = subprocess.CompletedProcess(run.args, run.returncode, printed, "")
        assert printed.startswith("load")
        assert_stopped(done, ROOM.format(home.home), home, before)
        filler.unlink()


def test_a_disk_that_fills_up_while_tables_are_published(
    home: Warehouse, before: Warehouse
) -> None:
    published = home.home / "published"
    with small_disk(published, 300):
        filler = fill(published)
        done = home.cx("run")
        assert "Failed: publish failed" in done.stdout
        assert_stopped(done, ROOM.format(home.home), home, before)
        filler.unlink()


def test_the_memory_limit(home: Warehouse, before: Warehouse) -> None:
    done = home.cx("run", CX_MEMORY_LIMIT="3MB")
    assert_stopped(done, "Raise CX_MEMORY_LIMIT (now 3MB)", home, before)


def test_models_that_find_no_memory_beside_each_other_are_built_alone(
    before: Warehouse, tmp_path: Path
) -> None:
    project = slim_project(tmp_path / "project")
    # A list of 20 million is held while the other rows go by.
    held = "select len(list(i) filter (where i < 20e6)) as held from range(200_000_000) r(i)"
    sql = f"{{{{ config(materialized='table') }}}} {held}"
    for name in ("greedy", "hungry"):
        (project / "dbt_project" / "models" / "intermediate" / f"{name}.sql").write_text(sql)
    home = Warehouse(tmp_path / "home", before.landing, project)
    done = home.cx("run", CX_MEMORY_LIMIT="550MB", CX_THREADS="2")  # one takes 480
    assert done.returncode == 0, done.stdout + done.stderr
    (log,) = (home.home / "logs").glob("run-*.log")
    assert "is done again, alone and by one thread" in log.read_text()
    for name in ("greedy", "hungry"):
        assert home.query_private(f"from intermediate.{name}") == [(20_000_000,)]


def stopped(home: Warehouse, number: signal.Signals, begun: str) -> tuple[int, str]:
    """Send a signal to a run, and not to what it started, once its log shows that this has begun.

    Gives the exit code and what was printed.
    """
    earlier = set((home.home / "logs").glob("run-*"))
    run = home.start_run()
    while run.poll() is None:
        logs = set((home.home / "logs").glob("run-*")) - earlier
        if any(begun in log.read_text() for log in logs):
            run.send_signal(number)
            break
        time.sleep(0.02)
    printed, _ = run.communicate(timeout=HANGS_AFTER_SECONDS)
    return run.returncode, printed


def at_work(home: Warehouse) -> list[str]:
    """Commands of the processes that work on a home."""
    ours = f"CX_HOME={home.home}\0".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if ours in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.parametrize(
    ("number", "begun", "name", "exit_code"),
    [
        (signal.SIGINT, "", "Ctrl-C", 130),  # while it imports
        (signal.SIGINT, "load__survey__responses - STEP_START", "Ctrl-C", 130),
        (signal.SIGTERM, "build - STEP_START", "SIGTERM", 143),
    ],
)
def test_a_run_that_is_asked_to_stop(
    number: signal.Signals,
    begun: str,
    name: str,
    exit_code: int,
    home: Warehouse,
    before: Warehouse,
) -> None:
    returned, printed = stopped(home, number, begun)
    assert returned == exit_code, printed
    said = f"Stopped by {name}: readers keep what is published, and the next `cx run`"
    assert printed.splitlines()[-1].startswith(said)
    assert "Traceback" not in printed and "Failed" not in printed
    assert at_work(home) == []
    assert home.tables() == before.tables()
    with exclusive_run(Settings(home=home.home)), home.dagster() as instance:
        [last] = instance.get_runs(limit=1)
        assert last.is_finished
        told = last_failures(Settings(home=home.home))
    if begun and number == signal.SIGINT:  # which is somebody's wish
        assert (last.status, told) == (dg.DagsterRunStatus.CANCELED, [])
    elif begun:
        assert last.status == dg.DagsterRunStatus.FAILURE
        assert told == ["it was cut off; the next run takes up its work."]
    else:
        assert last.status != dg.DagsterRunStatus.CANCELED


def test_a_home_that_may_not_be_written(home: Warehouse, before: Warehouse) -> None:
    with forbidden(home.home, 0o555), forbidden(home.home / "run.lock", 0o444):
        done = home.cx("run", under=OBEYING)
    assert_stopped(done, MAY.format(home.landing, home.home), home, before)
    assert len(done.stdout.splitlines()) == 1


def test_a_published_folder_that_may_not_be_written(home: Warehouse, before: Warehouse) -> None:
    with forbidden(home.home / "published", 0o555):
        done = home.cx("run", under=OBEYING)
    assert f"publish failed: Permission denied: '{home.home / 'published'}" in done.stdout
    assert_stopped(done, MAY.format(home.landing, home.home), home, before)


@pytest.mark.parametrize("folder", [".", "survey/responses"])
def test_a_landing_zone_that_may_not_be_read(
    folder: str, home: Warehouse, before: Warehouse
) -> None:
    with forbidden(home.landing / folder, 0o000):
        done = home.cx("run", under=OBEYING)
    assert_stopped(done, MAY.format(home.landing, home.home), home, before)
    assert f"Permission denied: '{(home.landing / folder).resolve()}'" in done.stdout


def test_the_next_run_heals_all_of_it(home: Warehouse, undisturbed: Warehouse) -> None:
    home.run()
    assert home.tables() == undisturbed.tables()
