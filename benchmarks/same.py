"""Whether two published files hold the same tables, value for value."""

from pathlib import Path

import duckdb

from orchestration.publishing.published import SCHEMA
from orchestration.sql import identifier, literal

# What a publish says of itself; a plain script has none of it.
_OF_THE_PUBLISH = ("publish_info", "data_quality")
# Which run built a row, and when.
_OF_THE_RUN = ".*fingerprint|fitted_at|built_from"


def different_tables(ours: Path, theirs: Path) -> list[str]:
    """Names of tables that one lacks, or of which a row is in one file alone."""
    with duckdb.connect() as connection:
        for name, file in (("ours", ours), ("theirs", theirs)):
            connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
        tables = _columns(connection, "ours")
        others = _columns(connection, "theirs")
        missing = set(tables) ^ set(others)
        common = sorted(set(tables) & set(others))
        return sorted(missing) + [n for n in common if _differ(connection, n, tables[n])]


def told(different: list[str]) -> str:
    """The comparison as a sentence."""
    if different:
        return f"other values in {', '.join(different)}"
    return "the same published tables, value for value"


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    rows = connection.execute(
        """
        select table_name, list(column_name) from duckdb_columns()
        where database_name = $database and schema_name = $schema
            and not list_contains($without, table_name)
            and not regexp_full_match(column_name, $volatile)
        group by table_name
        """,
        {
            "database": database,
            "schema": SCHEMA,
            "without": list(_OF_THE_PUBLISH),
            "volatile": _OF_THE_RUN,
        },
    ).fetchall()
    return dict(rows)


def _differ(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> bool:
    """Compare counts and sums of hashes of rows, which take no memory, whatever the size."""
    hashed = f"select count(*), sum(hash({', '.join(map(identifier, columns))}))"
    ours, theirs = (f"{hashed} from {db}.{identifier(SCHEMA, table)}" for db in ("ours", "theirs"))
    return connection.sql(ours).fetchall() != connection.sql(theirs).fetchall()
