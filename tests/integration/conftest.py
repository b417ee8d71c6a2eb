"""The warehouse as its users run it: `cx` in a process of its own, on real files."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from tests.hanging import HANGS_AFTER_SECONDS
from tests.integration import starting

PROJECT = starting.PROJECT
SHARED_LANDING = PROJECT.parent / "shared" / "landing"
CX = "from orchestration.__main__ import main; main()"


@dataclass(frozen=True)
class Warehouse:
    """A home folder, a landing zone, the project whose code runs on them, and an own folder."""

    home: Path
    landing: Path
    project: Path = PROJECT
    own: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Environment of the processes that work on this warehouse."""
        folders = {
            "CX_HOME": str(self.home),
            "CX_LANDING": str(self.landing),
            "DAGSTER_HOME": str(self.home / "dagster"),
        } | ({"CX_OWN": str(self.own)} if self.own else {})
        return {**os.environ, **folders, "COLUMNS": "200"}

    def cx(
        self, *arguments: str, under: tuple[str, ...] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a `cx` command, under another where one is given, and wait for it."""
        environment = self.environment | environment
        artefacts = self.home / "logs" / "dbt"
        if not artefacts.exists():
            shutil.copytree(starting.parsed_project(self.project), artefacts)
        if not under:
            return starting.run_cx(arguments, self.project, environment)
        return subprocess.run(
            [*under, sys.executable, "-c", CX, *arguments],
            cwd=self.project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=HANGS_AFTER_SECONDS,
            check=False,
        )

    def start_run(self) -> subprocess.Popen[str]:
        """Start the daily job in a session of its own, to be disturbed or killed."""
        return subprocess.Popen(
            [sys.executable, "-u", "-c", CX, "run"],
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str) -> str:
        """Run the daily job, which must succeed; give what it printed."""
        done = self.cx("run", *options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """Ask the published file."""
        with duckdb.connect(self.home / "published" / "cx.duckdb", read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def query_private(self, sql: str) -> list[Any]:
        """Ask the private warehouse file."""
        with duckdb.connect(self.home / "warehouse.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()

    @contextmanager
    def dagster(self) -> Iterator[dg.DagsterInstance]:
        """Dagster's memory of this warehouse."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DAGSTER_HOME", self.environment["DAGSTER_HOME"])
            with dg.DagsterInstance.get() as instance:
                yield instance

    def tables(self) -> dict[str, list[Any]]:
        """Every published table with its rows, but for those that describe the run."""
        names = self.query("select table_name from duckdb_tables() where schema_name = 'marts'")
        return {
            name: self.query(f'from marts."{name}" order by all')
            for (name,) in names
            if name not in {"publish_info", "data_quality"}
        }


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """An empty home and an empty landing zone."""
    (tmp_path / "landing").mkdir()
    return Warehouse(tmp_path / "home", tmp_path / "landing")


@pytest.fixture
def project_copy(tmp_path: Path) -> Path:
    """The project's own files, to change as a user would."""
    return copy_project(tmp_path / "project")


def copy_project(folder: Path) -> Path:
    """Copy the project's own files."""
    for part in ("orchestration", "expectations", "dbt_project", "seeds"):
        shutil.copytree(
            PROJECT / part, folder / part, ignore=shutil.ignore_patterns("target", "__pycache__")
        )
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def land(landing: Path, name: str, content: str) -> None:
    """Put a file into a landing zone."""
    file = landing / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
