"""What a dbt invocation left in the warehouse: rows of its tables, and keys of rows that fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb

from orchestration.sql import identifier

SAMPLES = 5
# What a test calls the column in which it says itself what is wrong with a row.
SENTENCE = "sentence"


@dataclass(frozen=True)
class Failing:
    """Keys of some rows that fail a test, and what the test itself says of them, if anything."""

    keys: list[str]
    sentence: str = ""


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows by output name of every table; views are left out, as counting would compute them."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not temporary"
    ).fetchall()
    counts = " union all ".join(f"select count(*) from {identifier(*table)}" for table in tables)
    rows = connection.execute(counts).fetchall() if tables else []
    names = [dg.AssetKey(table).to_python_identifier() for table in tables]
    return {name: count for name, (count,) in zip(names, rows, strict=True)}


def failing_keys(
    connection: duckdb.DuckDBPyConnection, run_results: Mapping[str, Any]
) -> dict[str, Failing]:
    """Some of the rows that fail each dbt test that does not pass, by the test's unique id.

    Of a row only the first column is taken, which is its key; others may be personal.
    """
    return {
        result["unique_id"]: _failing(connection, result["compiled_code"])
        for result in run_results["results"]
        if result["status"] in {"warn", "fail"}
    }


def _failing(connection: duckdb.DuckDBPyConnection, query: str) -> Failing:
    found = connection.execute(f"select * from ({query}) limit {SAMPLES}")
    is_sentence = found.description[0][0] == SENTENCE
    keys = [str(key) for key, *_ in found.fetchall()]
    return Failing(keys, "; ".join(keys) if is_sentence else "")
