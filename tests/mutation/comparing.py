"""Whether tables of two warehouses hold the same."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import duckdb

from orchestration.sql import identifier

# Of a run, not of what it ran on.
_OF_THE_RUN = "input_fingerprint|fitted_at|_loaded_at|_load_id|loaded_at|load_id|quarantined_at"

Digests = dict[str, tuple[Any, ...]]


def differing(base: Path, other: Path, schemas: Collection[str]) -> list[str]:
    """Tables of a warehouse that another has not, or with other rows."""
    if not other.exists():
        return [other.name]
    expected, found = digests(base, schemas), digests(other, schemas)
    return [table for table in expected if found.get(table) != expected[table]]


def digests(file: Path, schemas: Collection[str]) -> Digests:
    """Rows of each table and a number that stands for their content, to six decimals."""
    with duckdb.connect(file, read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, list((column_name, data_type)) from duckdb_columns() "
            "where list_contains($schemas, schema_name) and not internal "
            f"and not regexp_full_match(column_name, '{_OF_THE_RUN}') group by all",
            {"schemas": list(schemas)},
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                f"select count(*), sum(hash({', '.join(map(_rounded, described))})) "
                f"from {identifier(schema, table)}"
            ).fetchall()[0]
            for schema, table, described in columns
        }


def _rounded(column: tuple[str, str]) -> str:
    name, data_type = identifier(column[0]), column[1]
    return f"round({name}, 6)" if data_type in {"DOUBLE", "FLOAT"} else name
