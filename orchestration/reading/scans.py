"""Reads any landing format as rows of text, through DuckDB's own readers.

A scan is a SELECT that gives `_path`, `_text` (the row as it stood, where it is known), `_fault`
(why the row cannot be read) and one text column a header name, called c0, c1, ... so that no name
out of a file becomes SQL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.reading.reading_room import Readable
from orchestration.reading.text_records import Record, csv_records, line_records
from orchestration.settings import Limits

LINES = """(select filename as _path, line as _text, cast(null as text) as _fault
    from read_csv($files, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
    delim = '\x07', quote = '', escape = '', filename = true, hive_partitioning = false))"""

STAGED = "staged_records"

_CHUNK_RECORDS = 10_000
_CHUNK_LETTERS = 10_000_000


@dataclass(frozen=True)
class Scan:
    """A SELECT over files with one header, and the parameters to run it with."""

    sql: str
    parameters: dict[str, Any]


def stage(connection: duckdb.DuckDBPyConnection, file: Readable, limits: Limits) -> None:
    """Split a text file into records by our own means, for a scan that is staged."""
    connection.execute(
        f"""
        create or replace temp table {STAGED}
            (_path text, _fields text[], _text text, _fault text)
        """
    )
    with file.mapped() as content:
        records = (
            csv_records(content, limits.max_row_bytes)
            if file.format == "csv"
            else line_records(content)
        )
        for chunk in _chunks(records):
            _insert(connection, file, chunk)


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Records in lists that fit into memory."""
    chunk: list[Record] = []
    letters = 0
    for record in records:
        chunk.append(record)
        letters += len(record.text)
        if len(chunk) >= _CHUNK_RECORDS or letters > _CHUNK_LETTERS:
            yield chunk
            chunk, letters = [], 0
    if chunk:
        yield chunk


def _insert(connection: duckdb.DuckDBPyConnection, file: Readable, records: list[Record]) -> None:
    connection.execute(
        f"""
        insert into {STAGED} select
            $path, unnest($fields::text[][]), unnest($texts::text[]), unnest($faults::text[])
        """,
        {
            "path": str(file.path),
            "fields": [record.fields for record in records],
            "texts": [record.text for record in records],
            "faults": [record.fault for record in records],
        },
    )


def scan(
    connection: duckdb.DuckDBPyConnection,
    files: list[Readable],
    header: tuple[str, ...],
    *,
    is_staged: bool,
) -> Scan:
    """Build the scan of files that share a format and a header; a staged one reads the records."""
    if files[0].format == "parquet":
        return _scan_parquet(connection, files[0])
    patterns = [file.pattern for file in files]
    if files[0].format == "jsonl":
        return _scan_jsonl(patterns, header, is_staged)
    return _scan_records(len(header)) if is_staged else _scan_csv(patterns, len(header))


def _scan_csv(patterns: list[str], width: int) -> Scan:
    sql = """
        select * exclude (filename), filename as _path, cast(null as text) as _text,
            cast(null as text) as _fault
        from read_csv(
            $files, columns = $columns, auto_detect = false, header = false, skip = 1,
            delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            filename = true, hive_partitioning = false
        )
    """
    columns = {f"c{position}": "VARCHAR" for position in range(width)}
    return Scan(sql, {"files": patterns, "columns": columns})


def _scan_records(width: int) -> Scan:
    """Rows of CSV that were staged; empty columns too many are none, as with DuckDB's reader."""
    values = ", ".join(f"_fields[{position + 1}] as c{position}" for position in range(width))
    fits = f"len(_fields) >= {width} and list_any_value(_fields[{width + 1}:]) is null"
    sql = f"""
        with faults as (
            select *, coalesce(_fault, if({fits}, null, 'ragged')) as fault
            from {STAGED} offset 1
        )
        select {values}, _path, if(fault is null, null, _text) as _text, fault as _fault
        from faults
    """
    return Scan(sql, {})


def _scan_jsonl(patterns: list[str], header: tuple[str, ...], is_staged: bool) -> Scan:
    ids = {place for place, name in enumerate(header) if name.lower().endswith("_id")}
    values = "".join(
        f"{_json_id(place) if place in ids else f'_values[{place + 1}]'} as c{place}, "
        for place in range(len(header))
    )
    # All values in one call: it parses a line once, and keeps what it parsed for 2,048 lines.
    sql = f"""
        with objects as (
            select *, json_extract_string(if(json_valid(_text), _text, null), $pointers::text[])
                as _values
            from {STAGED if is_staged else LINES}
        )
        select {values} _path, _text, _fault from objects
    """
    pointers = [_json_pointer(name) for name in header]
    parameters: dict[str, Any] = {f"k{place}": pointers[place] for place in ids}
    parameters |= {"pointers": pointers} | ({} if is_staged else {"files": patterns})
    return Scan(sql, parameters)


# What stands before a number of JSON, strings whole, and the number; none at the end of the line.
_TO_NUMBER = r'((?:"(?:[^"\\]|\\.)*"|[^"\-0-9])*)(-?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?|\z)'


def _json_id(place: int) -> str:
    """SQL for an id in a line of JSON as text, with the digits as they are written.

    DuckDB makes 1.1 of 1.10, and 1.2345678901234567e19 of 12345678901234567890.0.
    """
    text, pointer = f"_values[{place + 1}]", f"$k{place}"
    line = "if(json_valid(_text), _text, null)"
    quoted = f"left(regexp_replace(_text, '{_TO_NUMBER}', '\\1\"\\2\"', 'g'), -2)"
    return f"""case
        when regexp_matches({text}, '^-?[0-9]+([.]|e)') and json_type({line}, {pointer}) = 'DOUBLE'
            then json_extract_string(if(json_valid(_text), {quoted}, null), {pointer})
        else {text}
    end"""


def _json_pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _scan_parquet(connection: duckdb.DuckDBPyConnection, file: Readable) -> Scan:
    scanned = "read_parquet($file, hive_partitioning = false)"
    sql = f"select column_type from (describe select * from {scanned})"
    types = [kind for (kind,) in connection.execute(sql, {"file": file.pattern}).fetchall()]
    names = ", ".join(f"c{position}" for position in range(len(types)))
    texts = ", ".join(_text_of(f"c{place}", kind) for place, kind in enumerate(types))
    sql = f"""
        select {texts}, $path as _path, cast(null as text) as _text,
            cast(null as text) as _fault
        from {scanned} as file({names})
    """
    return Scan(sql, {"file": file.pattern, "path": str(file.path)})


def _text_of(column: str, kind: str) -> str:
    """SQL for a Parquet value as text: what the same value would be in CSV or JSON."""
    text = f"cast({column} as text)"
    if kind in ("DOUBLE", "FLOAT"):  # an id with gaps, which many writers keep as 1234.0
        whole = f"{column} = trunc({column}) and abs({column}) < 1e15"
        text = f"if({whole}, cast(try_cast({column} as bigint) as text), {text})"
    elif kind == "BLOB":  # text, by writers that do not mark it as such
        text = f"coalesce(try(decode({column})), {text})"
    elif kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        text = f"cast(to_json({column}) as text)"
    return f"{text} as {column}"
