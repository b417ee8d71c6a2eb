"""The private warehouse: where its tables live, how to open it, and to change it whole or not."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import duckdb

from orchestration import ducklake
from orchestration.ducklake import NAME, attach_lake, lake_place
from orchestration.settings import Settings
from orchestration.sql import literal


class NoFile(RuntimeError):
    """The warehouse is no file; the message says where it is."""


def connect(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the private warehouse, in UTC and within the memory limit.

    Raises:
        duckdb.IOException: another process holds the file, or the lake is not to be reached.
    """
    settings.home_dir.mkdir(parents=True, exist_ok=True)
    opened = _lake if settings.is_lake else _file
    connection = opened(settings, read_only)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _file(settings: Settings, read_only: bool) -> duckdb.DuckDBPyConnection:
    # Of a new file, which nobody else opens: a quarter less work to write and to read.
    config = within_limits(settings) | {"storage_compatibility_version": "latest"}
    return duckdb.connect(settings.warehouse_file, read_only=read_only, config=config)


def _lake(settings: Settings, read_only: bool) -> duckdb.DuckDBPyConnection:
    config = within_limits(settings) | {"temp_directory": str(settings.temp_dir)}
    connection = duckdb.connect(config=config)
    attach_lake(connection, settings, read_only=read_only)
    connection.execute(f"use {NAME}")
    return connection


def attach(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Attach the private warehouse to read it, under its name."""
    if settings.is_lake:
        attach_lake(connection, settings, read_only=True)
    else:
        file = literal(str(settings.warehouse_file))
        connection.execute(f"attach {file} as {NAME} (read_only)")


def forget_before(settings: Settings, instant: datetime) -> None:
    """Let go of what a lake was before an instant in UTC; a file has no past."""
    if settings.is_lake:
        with connect(settings) as connection:
            ducklake.forget_before(connection, instant)


def is_there(settings: Settings) -> bool:
    """Whether anything was built yet."""
    return (settings.lake_dir if settings.is_lake else settings.warehouse_file).exists()


def require_file(settings: Settings) -> None:
    """Make sure that all of the warehouse is a file, which can be copied.

    Raises:
        NoFile: it is a lake, or in part in Spark.
    """
    if settings.target != "duckdb":
        raise NoFile(
            f"The warehouse is {place(settings)}, of which cx makes no copy: docs/scale.md says "
            "what to do instead."
        )


def place(settings: Settings) -> str:
    """Where the private warehouse is, in words, without a secret."""
    if settings.is_spark:
        return f"{settings.warehouse_file} with Spark at {settings.spark_host}"
    return lake_place(settings) if settings.is_lake else str(settings.warehouse_file)


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
