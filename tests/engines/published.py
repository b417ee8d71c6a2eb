"""What a warehouse has published, whatever engine it is of."""

from typing import Any

from orchestration.sql import identifier
from tests.integration.conftest import Warehouse

# Of when and where it was published, not of what.
OF_THE_RUN = {"publish_info", "data_quality"}


def published(warehouse: Warehouse) -> dict[tuple[str, str], list[Any]]:
    """Every published table, with its rows in order."""
    tables = warehouse.query("select schema_name, table_name from duckdb_tables() order by all")
    return {
        table: warehouse.query(f"from {identifier(*table)} order by all")
        for table in tables
        if table[1] not in OF_THE_RUN
    }


def described(warehouse: Warehouse) -> list[Any]:
    """Types and descriptions of every published column, and descriptions of tables."""
    return [
        *warehouse.query(
            "select schema_name, table_name, column_name, data_type, comment "
            "from duckdb_columns() where not internal order by all"
        ),
        *warehouse.query(
            "select schema_name, table_name, comment from duckdb_tables() order by 1, 2"
        ),
    ]
