"""Reads any landing format as rows of text, through DuckDB's own readers.

A scan is a SELECT that gives `_path`, `_text` (the row as it stood, where it is known), `_fault`
(why the row cannot be read) and one text column a header name, called c0, c1, ... so that no name
out of a file becomes SQL.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Any

import duckdb

from orchestration.archives import content, mapped
from orchestration.landing import LandingFile
from orchestration.records import (
    BYTE_ORDER_MARK,
    Record,
    csv_records,
    is_well_quoted,
    line_records,
)

LINES = """(select filename as _path, line as _text, cast(null as text) as _fault
    from read_csv($files, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
    delim = '\x07', quote = '', escape = '', filename = true))"""

STAGED = "staged_records"

_CHUNK_RECORDS = 10_000


@dataclass(frozen=True)
class Scan:
    """A SELECT over files with one header, and the parameters to run it with."""

    sql: str
    parameters: dict[str, Any]


def is_doubtful(file: LandingFile) -> bool:
    """Read a text file to its end; tell whether DuckDB might lose rows of it if it is CSV.

    DuckDB takes what it finds in a truncated archive; it drops a row whose quote never closes where
    it reads more files than twice its threads, and a NUL that stands in a column too many; where
    blank lines come first it takes the header for a row. All without a word.

    Raises:
        UnreadableFile: the archive is truncated or broken.
    """
    start, has_quote, has_nul = b"", False, False
    for chunk in content(file):
        start = start or chunk[:4].removeprefix(BYTE_ORDER_MARK)
        has_quote = has_quote or b'"' in chunk
        has_nul = has_nul or b"\0" in chunk
    if has_nul or start.startswith((b"\r", b"\n")):
        return True
    if not has_quote or file.format != "csv":
        return False
    with mapped(file) as whole:
        return not is_well_quoted(whole)


def stage(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> None:
    """Split a text file into records by our own means, for a scan that is staged."""
    connection.execute(
        f"""
        create or replace temp table {STAGED}
            (_path text, _fields text[], _text text, _fault text)
        """
    )
    with mapped(file) as whole:
        records = csv_records(whole) if file.format == "csv" else line_records(whole)
        while chunk := list(islice(records, _CHUNK_RECORDS)):
            _insert(connection, file, chunk)


def _insert(
    connection: duckdb.DuckDBPyConnection, file: LandingFile, records: list[Record]
) -> None:
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
    format_: str,
    paths: list[str],
    header: tuple[str, ...],
    *,
    is_staged: bool,
) -> Scan:
    """Build the scan of files that share a format and a header; a staged one reads the records."""
    if format_ == "parquet":
        return _scan_parquet(connection, paths)
    if format_ == "jsonl":
        return _scan_jsonl(paths, header, is_staged)
    return _scan_records(len(header)) if is_staged else _scan_csv(paths, len(header))


def _scan_csv(paths: list[str], width: int) -> Scan:
    sql = """
        select * exclude (filename), filename as _path, cast(null as text) as _text,
            cast(null as text) as _fault
        from read_csv(
            $files, columns = $columns, auto_detect = false, header = false, skip = 1,
            delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            filename = true
        )
    """
    columns = {f"c{position}": "VARCHAR" for position in range(width)}
    return Scan(sql, {"files": paths, "columns": columns})


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


def _scan_jsonl(paths: list[str], header: tuple[str, ...], is_staged: bool) -> Scan:
    fields: dict[str, Any] = {f"k{place}": _json_pointer(name) for place, name in enumerate(header)}
    values = "".join(
        f"{_json_value(f'${key}', is_id=name.lower().endswith('_id'))} as c{key[1:]}, "
        for key, name in zip(list(fields), header, strict=True)
    )
    sql = f"select {values} _path, _text, _fault from {STAGED if is_staged else LINES}"
    return Scan(sql, fields | ({} if is_staged else {"files": paths}))


# What stands before a number of JSON, strings whole, and the number; none at the end of the line.
_TO_NUMBER = r'((?:"(?:[^"\\]|\\.)*"|[^"\-0-9])*)(-?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?|\z)'


def _json_value(pointer: str, *, is_id: bool) -> str:
    """SQL for a value of a line of JSON as text; of an id, with the digits as they are written.

    DuckDB makes 1.1 of 1.10, and 1.2345678901234567e19 of 12345678901234567890.0.
    """
    line = "if(json_valid(_text), _text, null)"
    text = f"json_extract_string({line}, {pointer})"
    if not is_id:
        return text
    quoted = f"left(regexp_replace(_text, '{_TO_NUMBER}', '\\1\"\\2\"', 'g'), -2)"
    return f"""case
        when regexp_matches({text}, '^-?[0-9]+([.]|e)') and json_type({line}, {pointer}) = 'DOUBLE'
            then json_extract_string(if(json_valid(_text), {quoted}, null), {pointer})
        else {text}
    end"""


def _json_pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _scan_parquet(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> Scan:
    sql = "select column_type from (describe select * from read_parquet($files))"
    types = [kind for (kind,) in connection.execute(sql, {"files": paths}).fetchall()]
    names = ", ".join(f"c{position}" for position in range(len(types)))
    texts = ", ".join(_text_of(f"c{place}", kind) for place, kind in enumerate(types))
    sql = f"""
        select {texts}, $files[1] as _path, cast(null as text) as _text,
            cast(null as text) as _fault
        from read_parquet($files) as file({names})
    """
    return Scan(sql, {"files": paths})


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
