"""After any sequence of runs, every published table equals a full refresh on the same files."""

import os
import shutil
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner
from hypothesis import HealthCheck, given, note, settings

from orchestration.amending import withdraw
from orchestration.contract import source_tables
from orchestration.environment import export_environment
from orchestration.loading import load_table
from orchestration.warehouse import DBT_PROJECT_DIR, Settings, connect
from tests.property.deliveries import File, Withdrawal, histories

FOLDER = Path(tempfile.mkdtemp(prefix="cx-property-"))
EXAMPLES = int(os.environ.get("CX_SOAK_EXAMPLES", "4"))


class Warehouse:
    """Loads and builds in this process: the daily job without gates and publish, in 5 s."""

    def __init__(self) -> None:
        # One path for every warehouse: dbt parses the project anew when its profile changes.
        shutil.rmtree(FOLDER / "home", ignore_errors=True)
        self.settings = Settings(home=FOLDER / "home")
        self.settings.landing_dir.mkdir(parents=True)

    def land(self, file: File) -> None:
        path = self.settings.landing_dir / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")

    def withdraw(self, withdrawal: Withdrawal) -> None:
        with connect(self.settings) as connection:
            withdraw(connection, self.settings.landing_dir, [withdrawal.name])

    def run(self) -> None:
        with connect(self.settings) as connection:
            for table in source_tables():
                report = load_table(connection, self.settings.landing_dir, table)
                assert report.messages == ()
        # dbt keeps the warehouse open as long as its process lives; a fork saves it the imports.
        dbt = get_context("fork").Process(target=_build, args=(self.settings,))
        dbt.start()
        dbt.join()
        assert dbt.exitcode == 0

    def marts(self) -> dict[str, list[Any]]:
        with connect(self.settings, read_only=True) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
            ).fetchall()
            return {name: _rows(connection, name) for (name,) in names}


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[Any]:
    rows = connection.execute(f'from marts."{name}" order by all').fetchall()
    return [
        tuple(round(value, 9) if isinstance(value, float) else value for value in row)
        for row in rows
    ]


def _build(settings: Settings) -> None:
    export_environment(settings)
    os.environ["DBT_TARGET_PATH"] = os.environ["DBT_LOG_PATH"] = str(FOLDER / "dbt")
    resources = ("--resource-types", "seed", "--resource-types", "model")
    done = dbtRunner().invoke(
        ["--quiet", "build", "--project-dir", str(DBT_PROJECT_DIR), *resources]
    )
    sys.exit(0 if done.success else 1)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="CX_SOAK_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(histories(most_runs=3))
def test_increments_equal_a_full_refresh(runs: list[list[File | Withdrawal]]) -> None:
    warehouse = Warehouse()
    landed: dict[str, File] = {}
    withdrawn: dict[str, str] = {}
    for steps in runs:
        for step in steps:
            note(str(step))
            if isinstance(step, Withdrawal):
                warehouse.withdraw(step)
                withdrawn[step.name] = landed[step.name].text
            else:
                warehouse.land(step)
                landed[step.name] = step
        warehouse.run()
        withdrawn = {name: text for name, text in withdrawn.items() if landed[name].text == text}
    incremental = warehouse.marts()

    refreshed = Warehouse()
    for file in landed.values():
        if file.name not in withdrawn:
            refreshed.land(file)
    refreshed.run()
    assert incremental == refreshed.marts()
