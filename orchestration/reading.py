"""Reads any landing format as rows of text, through DuckDB's own readers.

A scan is a SELECT that gives `_path`, `_text` (the row as it stood, where the format has it) and
one text column a header name, called c0, c1, ... so that no name out of a file becomes SQL.
"""

import csv
import io
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import duckdb
import zstandard

from orchestration.landing import LandingFile

_LINES = """read_csv($files, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
    delim = '\x07', quote = '', escape = '', filename = true)"""

_CHUNK_BYTES = 1 << 20


class _Frame(Protocol):
    """One compressed frame, of which an archive holds one or more."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


_FRAMES: dict[str, Callable[[], _Frame]] = {
    "gz": lambda: zlib.decompressobj(wbits=31),
    "zst": lambda: zstandard.ZstdDecompressor().decompressobj(),
}


class UnreadableFile(Exception):
    """A file that cannot be loaded at all; the message names the reason and the remedy."""


@dataclass(frozen=True)
class Scan:
    """A SELECT over files with one header, and the parameters to run it with."""

    sql: str
    parameters: dict[str, Any]


@contextmanager
def unpacked(file: LandingFile) -> Iterator[LandingFile]:
    """Give the file in a form that DuckDB reads: it reads no Parquet inside an archive.

    Raises:
        UnreadableFile: the archive is truncated or broken.
    """
    if file.format != "parquet" or not file.compression:
        yield file
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as target:
        target.writelines(_content(file))
        target.flush()
        yield replace(file, path=Path(target.name))


def has_open_quote(file: LandingFile) -> bool:
    """Read a text file to its end; tell whether its quotes come in pairs, as those of CSV should.

    DuckDB takes what it finds in a truncated archive, and drops a row whose quote never closes,
    both without a word.

    Raises:
        UnreadableFile: the archive is truncated or broken.
    """
    return sum(chunk.count(b'"') for chunk in _content(file)) % 2 == 1


def _content(file: LandingFile) -> Iterator[bytes]:
    if file.compression:
        yield from _decompressed(file)
        return
    with file.path.open("rb") as plain:
        while chunk := plain.read(_CHUNK_BYTES):
            yield chunk


def _decompressed(file: LandingFile) -> Iterator[bytes]:
    start = _FRAMES[str(file.compression)]
    frame = start()
    try:
        with file.path.open("rb") as packed:
            while chunk := packed.read(_CHUNK_BYTES):
                while chunk:
                    frame = start() if frame.eof else frame
                    yield frame.decompress(chunk)
                    chunk = frame.unused_data
    except (zlib.error, zstandard.ZstdError) as error:
        raise UnreadableFile(f"the archive is broken ({error}); send it again") from error
    if not frame.eof:
        raise UnreadableFile("the archive ends in the middle; send it again")


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


def count_csv_rows(file: LandingFile) -> int:
    """Count the rows of a CSV file without its header, by other means than the reader."""
    with tempfile.TemporaryFile() as plain:
        plain.writelines(_content(file))
        plain.seek(0)
        text = io.TextIOWrapper(plain, encoding="utf-8", errors="replace", newline="")
        csv.field_size_limit(sys.maxsize)
        return sum(1 for record in csv.reader(text) if record) - 1


def scan(format_: str, paths: list[str], header: tuple[str, ...], *, tolerant: bool) -> Scan:
    """Build the scan of files that share a format and a header.

    A tolerant scan of CSV skips rows that do not split into columns, and notes them in DuckDB's
    tables reject_scans and reject_errors; any other scan fails on them.
    """
    if format_ == "csv":
        return _scan_csv(paths, header, tolerant)
    return (_scan_jsonl if format_ == "jsonl" else _scan_parquet)(paths, header)


def _scan_csv(paths: list[str], header: tuple[str, ...], tolerant: bool) -> Scan:
    columns = {f"c{position}": "VARCHAR" for position in range(len(header))}
    sql = """
        select * exclude (filename), filename as _path, cast(null as text) as _text
        from read_csv(
            $files, columns = $columns, auto_detect = false, header = false, skip = 1,
            delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            store_rejects = $tolerant, filename = true
        )
    """
    return Scan(sql, {"files": paths, "columns": columns, "tolerant": tolerant})


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
