"""Verdicts of gates: a table that passed stands while all that its suite reads is as it was."""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from expectations.suite import Expectation, named_tables
from expectations.validate import CheckResult, validate
from orchestration.building.standing import Built, keep_built, read_built, state_of
from orchestration.sql import identifier


def passed_before(
    connection: duckdb.DuckDBPyConnection, code: str, table: str, suite: Sequence[Expectation]
) -> datetime | None:
    """Instant in UTC at which a table, given as 'schema.table', passed a suite that stands."""
    passed = read_built(connection).get(_name(table))
    return passed.at if passed and passed.reads == _reads(connection, code, table, suite) else None


def ask(
    connection: duckdb.DuckDBPyConnection, code: str, table: str, suite: Sequence[Expectation]
) -> list[CheckResult]:
    """Check a table against its suite, and keep that it passed; a warning is asked again."""
    results = validate(connection, table, suite)
    reads = _reads(connection, code, table, suite)
    if reads and all(result.passed for result in results):
        passed = Built(reads, None, datetime.now(UTC).replace(tzinfo=None))
        keep_built(connection, {_name(table): passed})
    return results


def _name(table: str) -> str:
    return f"gate {table}"


def _reads(
    connection: duckdb.DuckDBPyConnection, code: str, table: str, suite: Sequence[Expectation]
) -> str | None:
    """State of all that a suite reads; None where there is no such table."""
    # The suite too: a process that imported it earlier may ask another one than the code has now.
    try:
        tables = [identifier(*name.split(".")) for name in _tables(connection, table, suite)]
        return state_of(connection, f"{code} {suite}", tables)
    except duckdb.CatalogException:
        return None


def _tables(
    connection: duckdb.DuckDBPyConnection, table: str, suite: Sequence[Expectation]
) -> set[str]:
    """The guarded table, and each table or view that a check of the suite names with its schema."""
    found = connection.execute(
        """
        select schema_name || '.' || table_name from duckdb_tables()
        union all
        select schema_name || '.' || view_name from duckdb_views()
        """
    ).fetchall()
    return {table} | named_tables(suite).intersection(name for (name,) in found)
