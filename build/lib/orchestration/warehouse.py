"""The private warehouse file: how to open it, and to change it whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from orchestration.settings import Settings


def connect(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the private warehouse file, in UTC and within the memory limit.

    Raises:
        duckdb.IOException: another process holds the file.
    """
    settings.home_dir.mkdir(parents=True, exist_ok=True)
    # Of a new file, which nobody else opens: a quarter less work to write and to read.
    config = within_limits(settings) | {"storage_compatibility_version": "latest"}
    connection = duckdb.connect(settings.warehouse_file, read_only=read_only, config=config)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def within_limits(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """How a DuckDB is set that keeps within threads and memory of the settings."""
    return {"threads": settings.threads, "memory_limit": settings.memory_limit}


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Do all of it or none; a commit that fails, as on a full disk, has undone all by itself."""
    connection.begin()
    try:
        yield
        connection.commit()
    except Exception:
        with suppress(duckdb.Error):
            connection.rollback()
        raise
