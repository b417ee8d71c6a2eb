"""What the system refuses is known by what it says."""

from pathlib import Path

import duckdb
import pytest

from orchestration.system_errors import is_of_memory


def test_memory_that_lacks_at_a_commit_is_known(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        rows = "select range as id, repeat('x', range::int % 50) as comment from range(20_000)"
        connection.execute(f"create table answers as {rows}")
        connection.execute("checkpoint")
        connection.execute("begin")
        connection.execute("delete from answers where id % 2 = 0")
        connection.execute(f"insert into answers {rows}")
        connection.execute("set memory_limit = '1500KB'")
        with pytest.raises(duckdb.Error, match="Failed to commit") as error:
            connection.execute("commit")
    assert is_of_memory(str(error.value))
