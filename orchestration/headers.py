"""Column names of landing files, as they stand in them."""

from typing import Any

import duckdb

from orchestration.archives import CHUNK_BYTES, UnreadableFile, head
from orchestration.landing import LandingFile
from orchestration.reading import LINES, STAGED, stage
from orchestration.records import FAULTS, csv_records


def read_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    """Column names of a file, as they stand in it.

    Raises:
        UnreadableFile: there is no header to read, or a name stands twice.
    """
    if file.format == "csv":
        return _csv_header(file)
    if file.format == "jsonl":
        return _jsonl_header(connection, file)
    if file.format == "parquet":
        return _parquet_header(connection, file)
    raise UnreadableFile("the name must end in .csv, .jsonl or .parquet, then .gz or .zst")


def _csv_header(file: LandingFile) -> tuple[str, ...]:
    header = next(csv_records(head(file)), None)
    if header is None:
        raise UnreadableFile("the file is empty: it needs at least a header")
    if len(header.text) > CHUNK_BYTES // 4:
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


def _jsonl_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    try:
        names = _keys(connection, LINES, {"files": [str(file.path)]})
    except duckdb.Error:
        stage(connection, file)
        names = _keys(connection, STAGED, {})
    if not names:
        has_text = bool(head(file).strip())
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
        select distinct unnest(json_keys(_text)) as name
        from {lines} where json_valid(_text) and json_type(_text) = 'OBJECT' order by name
    """
    return tuple(name for (name,) in connection.execute(sql, parameters).fetchall())


def _parquet_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    # DuckDB renames a column that stands twice, so that its name is not in the schema.
    sql = """
        select column_name, column_name in (select name from parquet_schema($files))
        from (describe select * from read_parquet($files))
    """
    columns = connection.execute(sql, {"files": [str(file.path)]}).fetchall()
    _refuse_repeated([name.rpartition("_")[0] for name, is_own in columns if not is_own])
    return tuple(name for name, _ in columns)
