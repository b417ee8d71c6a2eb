"""What a dbt invocation left in the warehouse: rows of its tables, and keys of rows that fail."""

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import duckdb
from dbt.artifacts.schemas.run import RunResult

from orchestration.building.dbt import DbtError
from orchestration.sql import identifier, literal

SAMPLES = 5
# What a test calls the column in which it says itself what is wrong with a row.
SENTENCE = "sentence"
_BLOCK_SIZE = """
select block_size from pragma_database_size() where database_name = current_database()
"""


@dataclass(frozen=True)
class Failing:
    """Keys of some rows that fail a test, and what the test itself says of them, if anything."""

    keys: list[str]
    sentence: str = ""


def require_success(results: Sequence[RunResult]) -> None:
    """Take an invocation as failed if a node broke off, or a test failed that is no warning.

    Raises:
        DbtError: with what dbt says of those that broke off, or else of the tests that failed.
    """
    said = {
        status: [str(result.message) for result in results if result.status == status]
        for status in ("error", "fail")
    }
    if failures := said["error"] or said["fail"]:
        raise DbtError("\n".join(failures))


def table_sizes(
    connection: duckdb.DuckDBPyConnection, only: str | None = None
) -> dict[str, tuple[int, int]]:
    """Rows and bytes by output name of each table, or of one; views would have to be computed.

    Bytes are those of the blocks that hold a table's rows, which it may share with others.
    """
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables()"
        " where not temporary and coalesce(schema_name || '.' || table_name = $only, true)",
        {"only": only},
    ).fetchall()
    [(block,)] = connection.execute(_BLOCK_SIZE).fetchall()
    sizes = " union all ".join(_size(identifier(*table), block) for table in tables)
    found = connection.execute(sizes).fetchall() if tables else []
    names = [dg.AssetKey(table).to_python_identifier() for table in tables]
    return dict(zip(names, found, strict=True))


def _size(table: str, block: int) -> str:
    blocks = f"select count(distinct block_id) from pragma_storage_info({literal(table)})"
    return f"select count(*), ({blocks} where block_id >= 0) * {block} from {table}"


def failing(connection: duckdb.DuckDBPyConnection, query: str) -> Failing:
    """Some of the rows that a test finds, by its query.

    Of a row only the first column is taken, which is its key; others may be personal.
    """
    found = connection.execute(f"select * from ({query}\n) limit {SAMPLES}")
    is_sentence = found.description[0][0] == SENTENCE
    keys = [str(key) for key, *_ in found.fetchall()]
    return Failing(keys, "; ".join(keys) if is_sentence else "")


def query_of(result: RunResult) -> str:
    """The query of a test that ran."""
    return str(result.node.to_dict()["compiled_code"])
