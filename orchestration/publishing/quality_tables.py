"""The two published tables that tell a reader what they may trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from orchestration.loading.freshness import SourceState
from orchestration.sql import literal


@dataclass(frozen=True)
class CheckedTable:
    """What one check of one table found in one run; times are UTC."""

    run_id: str
    checked_at: datetime
    layer: str
    table_name: str
    check_name: str
    is_blocking: bool
    passed: bool
    failed_rows: int | None
    sampled_keys: list[str]
    message: str


@dataclass(frozen=True)
class _Column:
    name: str
    data_type: str
    comment: str


_PUBLISH_INFO = (
    _Column("publish_id", "text", "Identifies the publish; ids sort by time."),
    _Column("published_at", "timestamp", "Instant of the publish in UTC."),
    _Column("code_version", "text", "Version of the code that built the tables."),
    _Column(
        "own_version",
        "text",
        "Version of the company's own folder that was laid over it; null where there is none.",
    ),
    _Column("source_table", "text", "Table of the landing contract, as schema.table."),
    _Column("rows", "bigint", "Rows of the source table, all versions."),
    _Column(
        "newest_landing_date", "date", "Newest landing date of its rows; null when it is empty."
    ),
    _Column(
        "newest_loaded_at",
        "timestamp",
        "Instant in UTC at which its newest row was loaded; null when it is empty.",
    ),
    _Column(
        "freshness",
        "text",
        "empty (no row), stale (the last delivery is older than the contract allows), stale_events "
        "(it came in time, but its newest event was older than that already) or fresh; loading the "
        "same content again is no delivery.",
    ),
    _Column(
        "files_outside",
        "bigint",
        "Files that came and are not in, since they cannot be read or fail a critical check. The "
        "table holds its last good data instead.",
    ),
    _Column(
        "rows_quarantined",
        "bigint",
        "Rows that came and are not in, since they break the contract; `cx quarantine` lists them.",
    ),
    _Column(
        "newest_event_at",
        "timestamp",
        "Instant in UTC of its newest event, leaving out those that lie after their loading; null "
        "where rows have no time of their own.",
    ),
)

_DATA_QUALITY = (
    _Column("run_id", "text", "Identifies the run that checked; the last runs are kept."),
    _Column("checked_at", "timestamp", "Instant of the check in UTC."),
    _Column(
        "layer",
        "text",
        "landing (connectors), raw (what came), registries, staging, intermediate, rollups, "
        "metrics, marts.",
    ),
    _Column("table_name", "text", "Table that was checked, as schema.table."),
    _Column("check_name", "text", "Name of the check, unique within the table."),
    _Column("is_blocking", "boolean", "Whether its failure would have stopped the publish."),
    _Column("passed", "boolean", "Whether the check passed."),
    _Column(
        "failed_rows", "bigint", "Rows that fail it; null where it is not about rows, or raised."
    ),
    _Column("sampled_keys", "text[]", "Keys or values of some of the rows that fail it."),
    _Column("message", "text", "What a failed check found, in words."),
)


def write_quality_tables(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    publish: tuple[str, datetime, str, str | None],
    sources: Sequence[SourceState],
    checks: Sequence[CheckedTable],
) -> dict[str, int]:
    """Write publish_info and data_quality into a schema, and return the rows of each.

    Args:
        connection: the file that is published.
        schema: name of the schema, which exists.
        publish: publish id, instant in UTC, and versions of the code and of the own folder.
        sources: the state of every source.
        checks: what the checks of the last runs found.
    """
    about = "What was published from which code, and how fresh each of its sources is."
    info = [(*publish, *vars(source).values()) for source in sources]
    _write(connection, f"{schema}.publish_info", about, _PUBLISH_INFO, info)
    about = "What every check found in the last runs; the newest is the run that published."
    quality = [tuple(vars(check).values()) for check in checks]
    _write(connection, f"{schema}.data_quality", about, _DATA_QUALITY, quality)
    return {"publish_info": len(info), "data_quality": len(quality)}


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    about: str,
    columns: Sequence[_Column],
    rows: Sequence[tuple[object, ...]],
) -> None:
    definitions = ", ".join(f"{column.name} {column.data_type}" for column in columns)
    connection.execute(f"create table {table} ({definitions})")
    values = ", ".join(f"unnest(${column.name}::{column.data_type}[])" for column in columns)
    by_column = zip(*rows, strict=True) if rows else ([] for _ in columns)
    lists = {column.name: list(values) for column, values in zip(columns, by_column, strict=True)}
    connection.execute(f"insert into {table} select {values}", lists)
    comments = {f"table {table}": about}
    comments |= {f"column {table}.{column.name}": column.comment for column in columns}
    for target, comment in comments.items():
        connection.execute(f"comment on {target} is {literal(comment)}")
