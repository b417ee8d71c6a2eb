"""How large the tables of the warehouse are."""

import dagster as dg
import duckdb

from orchestration.sql import identifier, literal

_KIND = "select type from duckdb_databases() where database_name = current_database()"
_BLOCK_SIZE = """
select block_size from pragma_database_size() where database_name = current_database()
"""
_OF_LAKE = """
select schema_name, table_name, file_size_bytes
from ducklake_table_info('{name}')
inner join __ducklake_metadata_{name}.ducklake_schema using (schema_id)
"""
Table = tuple[str, str]


def table_sizes(
    connection: duckdb.DuckDBPyConnection, only: str | None = None
) -> dict[str, tuple[int, int]]:
    """Rows and bytes by output name of each table, or of one; views would have to be computed.

    Bytes are those of the blocks that hold a table's rows, which it may share with others; in a
    DuckLake those of its Parquet.
    """
    tables = connection.execute(
        """
        select schema_name, table_name from duckdb_tables()
        where database_name = current_database()
            and coalesce(schema_name || '.' || table_name = $only, true)
        """,
        {"only": only},
    ).fetchall()
    is_lake = connection.execute(_KIND).fetchall() == [("ducklake",)]
    held = (_in_lake if is_lake else _in_file)(connection, tables)
    sizes = (f"select count(*), {held[table]} from {identifier(*table)}" for table in tables)
    found = connection.execute(" union all ".join(sizes)).fetchall() if tables else []
    names = [dg.AssetKey(table).to_python_identifier() for table in tables]
    return dict(zip(names, found, strict=True))


def _in_file(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> dict[Table, str]:
    """SQL for the bytes of each table."""
    [(block,)] = connection.execute(_BLOCK_SIZE).fetchall()
    blocks = "select count(distinct block_id) from pragma_storage_info({}) where block_id >= 0"
    return {table: f"({blocks.format(literal(identifier(*table)))}) * {block}" for table in tables}


def _in_lake(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> dict[Table, str]:
    [(name,)] = connection.execute("select current_database()").fetchall()
    found = connection.execute(_OF_LAKE.format(name=name)).fetchall()
    held = {(schema, table): str(size) for schema, table, size in found}
    return {table: held.get(table, "0") for table in tables}
