"""How dbt opens the warehouse where it is a DuckLake: a plugin that its profile names."""

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.ducklake import NAME, attach_lake
from orchestration.settings import Settings


class Plugin(BasePlugin):
    """Attaches the lake to dbt's DuckDB, and has it be the database of each of its cursors."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach it, and spill on the disk of the home."""
        settings = Settings()
        conn.execute("set temp_directory = $folder", {"folder": str(settings.temp_dir)})
        attach_lake(conn, settings, read_only=False)

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Write unqualified names to it."""
        cursor.execute(f"use {NAME}")
