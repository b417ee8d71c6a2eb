"""What was built is kept while dbt builds."""

from datetime import datetime
from pathlib import Path

import duckdb
from dbt.contracts.graph.manifest import Manifest

from orchestration.building.keeping import Keeper
from orchestration.building.standing import Built, Standing, read_built

WHEN = datetime(2026, 1, 1)


def test_what_finds_no_memory_is_kept_with_what_comes_next(tmp_path: Path) -> None:
    standing = Standing(Manifest(), {}, {}, {})
    keeper = Keeper(standing)
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        connection.execute("""
            create schema ledger;
            create table ledger.built (unique_id text, reads text, content text, built_at timestamp)
        """)

        standing.now["first"] = Built("reads", "content", WHEN)
        connection.execute("set memory_limit = '20KB'")
        keeper.keep(connection)

        standing.now["second"] = Built("reads", None, WHEN)
        connection.execute("set memory_limit = '1GB'")
        assert read_built(connection) == {}
        keeper.keep(connection)
        assert read_built(connection) == standing.now
