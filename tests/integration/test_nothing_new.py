"""A run with nothing new says so at once, and never where another might publish something else."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.publishing.published import publishes
from tests.integration.conftest import Warehouse, land
from tests.integration.slim import slim_project
from tests.postgres_server import IN_URL, PASSWORD, running

NOTHING = "Nothing is new since the publish"
ANSWERS = "survey/responses/2026-01-31.csv"
CUSTOMERS = "customer_id,updated_at\nc,2026-01-31\n"
HEADER = "response_id,instrument_id,responded_at,score\n"
ASK = """
from orchestration.running.completed import unchanged
from orchestration.settings import Settings
print(unchanged(Settings()) is not None)
"""

SCHEDULED = """
import dagster as dg
from orchestration.defs.schedules import every_morning
print(every_morning(dg.build_schedule_context()))
"""


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse that published twice, whose last run warned of a row and of a loose file."""
    folder = tmp_path_factory.mktemp("complete")
    warehouse = Warehouse(folder / "home", folder / "landing", slim_project(folder / "project"))
    land(warehouse.landing, ANSWERS, HEADER + "a,nps,2026-01-31,9\nb,nps,2026-01-31,ten\n")
    land(warehouse.landing, "crm/customers/2026-01-31.csv", CUSTOMERS)
    land(warehouse.landing, "loose.csv", "")
    warehouse.run()
    assert NOTHING not in warehouse.run("--full")
    assert len(publishes(warehouse.home / "published")) == 2
    return warehouse


@pytest.fixture
def restored(complete: Warehouse, tmp_path: Path) -> Iterator[Warehouse]:
    """The same, which is put back once a test has changed its home."""
    shutil.copytree(complete.home, tmp_path / "home", symlinks=True)
    yield complete
    shutil.rmtree(complete.home)
    shutil.copytree(tmp_path / "home", complete.home, symlinks=True)


def answer(
    warehouse: Warehouse, program: str, under: tuple[str, ...] = (), **environment: str
) -> str:
    done = subprocess.run(
        [*under, sys.executable, "-c", program],
        cwd=warehouse.project,
        env=warehouse.environment | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def would_skip(warehouse: Warehouse, under: tuple[str, ...] = (), **environment: str) -> bool:
    return answer(warehouse, ASK, under, **environment) == "True\n"


def test_nothing_new_is_told_at_once_with_what_still_stands(complete: Warehouse) -> None:
    publish_id = complete.query("select distinct publish_id from marts.publish_info")
    again = complete.run()
    assert NOTHING in again and "load " not in again
    assert "raw_survey.responses, every_row_is_accepted: 1 rows stand in quarantine" in again
    assert "loose.csv" in again
    assert complete.query("select distinct publish_id from marts.publish_info") == publish_id


def test_the_clock_starts_no_run_that_has_nothing_to_do(complete: Warehouse) -> None:
    assert NOTHING in answer(complete, SCHEDULED)
    assert NOTHING not in answer(complete, SCHEDULED, CX_MAX_COLUMNS="99")


def rewritten(file: Path) -> Callable[[], object]:
    """Change a file, and give what puts it back."""
    before = file.read_bytes()
    file.write_bytes(before + b" ")
    return lambda: file.write_bytes(before)


@pytest.mark.parametrize(
    "file",
    [
        "dbt_project/dbt_project.yml",
        "dbt_project/macros/is_newest.sql",
        "expectations/keys.py",
        "orchestration/loading/rules.py",
        "seeds/segment_types.csv",
    ],
)
def test_other_code_or_registries_are_new(complete: Warehouse, file: str) -> None:
    assert would_skip(complete)
    put_back = rewritten(complete.project / file)
    assert not would_skip(complete)
    put_back()
    assert would_skip(complete)


def test_other_settings_and_a_source_that_became_stale_are_new(complete: Warehouse) -> None:
    assert not would_skip(complete, CX_MAX_REFUSED_SHARE="0.4")
    assert not would_skip(complete, CX_PUBLISHED_TO="group")
    assert would_skip(complete)


@pytest.mark.skipif(not shutil.which("faketime"), reason="needs faketime")
def test_a_source_that_became_stale_is_new(complete: Warehouse) -> None:
    fresh = """
        select count(*) from marts.publish_info
        where source_table = 'raw_crm.customers' and freshness <> 'stale'
    """
    assert complete.query(fresh) == [(1,)]
    assert not would_skip(complete, under=("faketime", "-f", "+400d"))


def test_what_readers_cannot_see_whole_is_published_anew(
    complete: Warehouse, tmp_path: Path
) -> None:
    for name in ("report", "cx.duckdb", "latest"):
        file = complete.home / "published" / name
        file.rename(tmp_path / name)
        assert not would_skip(complete), name
        (tmp_path / name).rename(file)
    assert would_skip(complete)


@pytest.mark.parametrize(
    "command", [("withdraw", ANSWERS), ("requeue", ANSWERS), ("rollback",)], ids=lambda c: c[0]
)
def test_what_a_command_changed_is_new(restored: Warehouse, command: tuple[str, ...]) -> None:
    assert would_skip(restored)
    assert restored.cx(*command).returncode == 0
    assert not would_skip(restored)


def test_a_run_that_fails_is_no_complete_one(restored: Warehouse) -> None:
    broken = restored.project / "dbt_project" / "models" / "marts" / "core" / "broken.sql"
    broken.write_text("select cast('x' as integer) as n from {{ ref('landed') }}")
    assert restored.cx("run").returncode == 1
    assert not would_skip(restored)
    broken.unlink()
    assert would_skip(restored), "readers see what the code of now gives"


def test_where_there_is_a_connector_nobody_knows_even_if_it_is_broken(complete: Warehouse) -> None:
    land(complete.project, "orchestration/connectors/shop.py", "import nothing_of_that_name\n")
    assert not would_skip(complete)
    done = complete.cx("run")
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr
    assert "nothing_of_that_name" in done.stdout
    (complete.project / "orchestration" / "connectors" / "shop.py").unlink()
    assert would_skip(complete)


def test_landing_files_of_any_kind_are_new(complete: Warehouse) -> None:
    for name in ("survey/responses/2026-02-01.csv", "logs/target/.hidden"):
        land(complete.landing, name, HEADER)
        assert not would_skip(complete)
        (complete.landing / name).unlink()
    (complete.landing / "logs" / "target").rmdir()
    (complete.landing / "logs").rmdir()
    for target in ("nowhere", "strange"):  # the second leads to itself
        (complete.landing / "strange").symlink_to(target)
        assert not would_skip(complete)
        (complete.landing / "strange").unlink()
    assert would_skip(complete)
    (complete.landing / ANSWERS).write_bytes((complete.landing / ANSWERS).read_bytes())
    assert not would_skip(complete), "what was written to is read again, whatever is in it"


def test_what_postgres_missed_it_gets_by_a_run_with_nothing_new(restored: Warehouse) -> None:
    with running() as server:
        url = server.url("postgres")

        def cx(command: str) -> subprocess.CompletedProcess[str]:
            return restored.cx(command, CX_PUBLISH_POSTGRES_URL=url)

        def seen() -> list[tuple[str]]:
            with server.connect("postgres") as reader:
                query = "select distinct publish_id from marts.publish_info"
                return list(reader.execute(query).fetchall())

        publish = "select distinct publish_id from marts.publish_info"
        first = cx("run")
        assert first.returncode == 0 and "\npostgres " in first.stdout
        assert seen() == restored.query(publish)

        server.say("drop schema marts cascade")
        assert "AssetKey(['published', 'postgres'])" in answer(
            restored, SCHEDULED, CX_PUBLISH_POSTGRES_URL=url
        )
        missed = cx("run")
        assert missed.returncode == 0 and NOTHING in missed.stdout
        assert seen() == restored.query(publish)
        assert NOTHING in answer(restored, SCHEDULED, CX_PUBLISH_POSTGRES_URL=url)

        assert cx("rollback").returncode == 0
        assert seen() == restored.query(publish)

        server.stop()
        down = cx("run")
        failed = "Failed: postgres failed: PostgreSQL has not"
        assert down.returncode == 1 and failed in down.stdout
        again = cx("run")
        assert again.returncode == 1 and failed in again.stdout and NOTHING in again.stdout
        server.start()
        assert cx("run").returncode == 0
        assert seen() == restored.query(publish)
        files = [file for file in restored.home.rglob("*") if file.is_file()]
        secrets = [IN_URL.encode(), PASSWORD.encode()]
        assert not [file for file in files for secret in secrets if secret in file.read_bytes()]
