"""A preview begins from the warehouse as it is, whatever was killed before."""

import subprocess
import sys
from pathlib import Path

import duckdb

from orchestration.running.preview import copied_aside
from orchestration.settings import Settings
from orchestration.warehouse import connect

KILLED = """
import os, duckdb
connection = duckdb.connect({file!r})
connection.execute({sql!r})
os._exit(0)
"""


def killed_after(file: Path, sql: str) -> None:
    """Change a warehouse in a process that leaves its log beside the file."""
    subprocess.run([sys.executable, "-c", KILLED.format(file=str(file), sql=sql)], check=True)
    assert Path(f"{file}.wal").exists()


def test_what_killed_commands_leave_beside_a_file_is_no_other_files(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", landing=tmp_path / "landing")
    settings.home_dir.mkdir(parents=True)
    with connect(settings) as connection:
        connection.execute("create table runs as select 1 as number")
    preview = copied_aside(settings).warehouse_file

    killed_after(preview, "create table half_made as select 1 as number")
    killed_after(settings.warehouse_file, "insert into runs values (2)")

    copied_aside(settings)
    with duckdb.connect(preview) as connection:
        assert connection.sql("select table_name from duckdb_tables()").fetchall() == [("runs",)]
        assert connection.sql("from runs").fetchall() == [(1,), (2,)]
