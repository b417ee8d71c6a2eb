"""Reads any landing format as rows of text, through DuckDB's own readers.

A scan is a SELECT that gives `_path`, `_text` (the row as it stood, where the format has it) and
one text column a header name, called c0, c1, ... so that no name out of a file becomes SQL.
"""

import csv
import gzip
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import zstandard

from orchestration.landing import LandingFile

_LINES = """read_csv($files, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
    delim = '\x07', quote = '', escape = '', filename = true)"""


class UnreadableFile(Exception):
    """A file that cannot be loaded at all; the message names the reason and the remedy."""


@dataclass(frozen=True)
class Scan:
    """A SELECT over files with one header, and the parameters to run it with."""

    sql: str
    parameters: dict[str, Any]


@contextmanager
def unpacked(file: LandingFile) -> Iterator[LandingFile]:
    """Give the file in a form that DuckDB reads: compressed Parquet is unpacked for a while."""
    if file.format != "parquet" or not file.compression:
        yield file
        return
    opener = gzip.open if file.compression == "gz" else zstandard.open
    with tempfile.NamedTemporaryFile(suffix=".parquet") as target:
        with opener(file.path, "rb") as packed:
            shutil.copyfileobj(packed, target)
        target.flush()
        yield replace(file, path=Path(target.name))


def read_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    """Column names of a file, as they stand in it.

    Raises:
        UnreadableFile: the file is empty, or a name stands twice.
    """
    readers = {"csv": _csv_header, "jsonl": _jsonl_header, "parquet": _parquet_header}
    if file.format is None:
        raise UnreadableFile("the name must end in .csv, .jsonl or .parquet, then .gz or .zst")
    header = readers[file.format](connection, file)
    lowered = [name.lower() for name in header]
    repeated = sorted({name for name in lowered if lowered.count(name) > 1})
    if repeated and file.format != "jsonl":
        raise UnreadableFile(f"the header names {', '.join(repeated)} more than once")
    return header


def _csv_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    sql = f"select line from {_LINES} limit 1"
    row = connection.execute(sql, {"files": [str(file.path)]}).fetchone()
    if row is None or row[0] is None:
        raise UnreadableFile("the file is empty: it needs at least a header")
    return tuple(name.strip().removeprefix("\ufeff") for name in next(csv.reader([row[0]])))


def _jsonl_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    sql = f"""
        select distinct unnest(json_keys(line)) as name
        from {_LINES} where json_valid(line) and json_type(line) = 'OBJECT' order by name
    """
    rows = connection.execute(sql, {"files": [str(file.path)]}).fetchall()
    return tuple(name for (name,) in rows)


def _parquet_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    sql = "select column_name from (describe select * from read_parquet($files))"
    rows = connection.execute(sql, {"files": [str(file.path)]}).fetchall()
    return tuple(name for (name,) in rows)


def scan(format_: str, paths: list[str], header: tuple[str, ...]) -> Scan:
    """Build the scan of files that share a format and a header."""
    builders = {"csv": _scan_csv, "jsonl": _scan_jsonl, "parquet": _scan_parquet}
    return builders[format_](paths, header)


def _scan_csv(paths: list[str], header: tuple[str, ...]) -> Scan:
    columns = {f"c{position}": "VARCHAR" for position in range(len(header))}
    sql = """
        select * exclude (filename), filename as _path, cast(null as text) as _text
        from read_csv(
            $files, columns = $columns, auto_detect = false, header = false, skip = 1,
            delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            store_rejects = true, filename = true
        )
    """
    return Scan(sql, {"files": paths, "columns": columns})


def _scan_jsonl(paths: list[str], header: tuple[str, ...]) -> Scan:
    fields = {f"k{position}": _json_pointer(name) for position, name in enumerate(header)}
    values = ", ".join(
        f"json_extract_string(if(json_valid(line), line, null), ${key}) as c{key[1:]}"
        for key in fields
    )
    sql = f"select {values}{', ' if values else ''} filename as _path, line as _text from {_LINES}"
    return Scan(sql, {"files": paths, **fields})


def _json_pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _scan_parquet(paths: list[str], header: tuple[str, ...]) -> Scan:
    names = [f"c{position}" for position in range(len(header))]
    texts = ", ".join(f"cast({name} as text) as {name}" for name in names)
    sql = f"""
        select {texts}, filename as _path, cast(null as text) as _text
        from read_parquet($files, filename = true) as file({", ".join(names)})
    """
    return Scan(sql, {"files": paths})
