"""Column names of landing files, as they stand in them."""

from typing import Any

import duckdb

from orchestration.reading.reading_room import Readable
from orchestration.reading.scans import LINES, STAGED, stage
from orchestration.reading.text_records import FAULTS, csv_records
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits

_HEADER_BYTES = 1 << 18
_COLUMNS = {"csv": "columns", "jsonl": "keys in its objects", "parquet": "columns"}


def read_header(
    connection: duckdb.DuckDBPyConnection, file: Readable, limits: Limits
) -> tuple[str, ...]:
    """Column names of a file, as they stand in it.

    Raises:
        UnreadableFile: there is no header to read, it names too many columns, or one twice.
    """
    if file.format == "csv":
        names = _csv_header(file)
    elif file.format == "jsonl":
        names = _jsonl_header(connection, file, limits)
    else:
        names = _parquet_header(connection, file)
    if len(names) > limits.max_columns:
        raise UnreadableFile(
            f"it has more than {limits.max_columns:,} {_COLUMNS[file.format]}; "
            "leave out what nobody needs, or raise CX_MAX_COLUMNS"
        )
    return names


def _csv_header(file: Readable) -> tuple[str, ...]:
    beginning = file.head(4 * _HEADER_BYTES)
    header = next(csv_records(beginning, len(beginning)), None)
    if header is None:
        raise UnreadableFile("the file is empty: it needs at least a header")
    if len(header.text) > _HEADER_BYTES:
        raise UnreadableFile("the header is longer than 256 kB; check where its lines end")
    if header.fault:
        raise UnreadableFile(f"in the header, {FAULTS[header.fault]}")
    names = tuple((name or "").strip() for name in header.fields)
    if names[0].lower().startswith("sep="):
        raise UnreadableFile(
            f"the first line is {header.text!r}, which only Excel reads; delete it, so that the "
            "header comes first, and separate columns by commas"
        )
    others = [mark for mark in ";\t|" if len(names) == 1 and mark in names[0]]
    if others:
        raise UnreadableFile(f"columns are separated by {others[0]!r}; separate them by commas")
    if (unnamed := names.count("")) > 1:
        raise UnreadableFile(
            f"the header leaves {unnamed:,} columns without a name; name them or delete them"
        )
    lowered = [name.lower() for name in names]
    _refuse_repeated(sorted({name for name in lowered if lowered.count(name) > 1}))
    return names


def _refuse_repeated(names: list[str]) -> None:
    if names:
        raise UnreadableFile(f"the header names {', '.join(names)} more than once")


def _jsonl_header(
    connection: duckdb.DuckDBPyConnection, file: Readable, limits: Limits
) -> tuple[str, ...]:
    most = {"most": limits.max_columns + 1}
    try:
        names = _keys(connection, LINES, most | {"files": [file.pattern]})
    except duckdb.Error:
        stage(connection, file, limits)
        names = _keys(connection, STAGED, most)
    if not names:
        has_text = bool(file.head(_HEADER_BYTES).strip())
        raise UnreadableFile(
            "no line is a JSON object with names; write one object a line"
            if has_text
            else "the file is empty: it needs at least one line"
        )
    return names


def _keys(
    connection: duckdb.DuckDBPyConnection, lines: str, parameters: dict[str, Any]
) -> tuple[str, ...]:
    sql = f"""
        with names as (
            select distinct unnest(json_keys(_text)) as name
            from {lines} where json_valid(_text) and json_type(_text) = 'OBJECT' limit $most
        )
        from names order by name
    """
    return tuple(name for (name,) in connection.execute(sql, parameters).fetchall())


def _parquet_header(connection: duckdb.DuckDBPyConnection, file: Readable) -> tuple[str, ...]:
    # DuckDB renames a column that stands twice, so that its name is not in the schema.
    sql = """
        select column_name, column_name in (select name from parquet_schema($file))
        from (describe select * from read_parquet($file, hive_partitioning = false))
    """
    columns = connection.execute(sql, {"file": file.pattern}).fetchall()
    _refuse_repeated([name.rpartition("_")[0] for name, is_own in columns if not is_own])
    return tuple(name for name, _ in columns)
