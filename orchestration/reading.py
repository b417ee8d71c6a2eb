"""Reads any landing format as rows of text, through DuckDB's own readers.

A scan is a SELECT that gives `_path`, `_text` (the row as it stood, where it is known), `_fault`
(why the row cannot be read) and one text column a header name, called c0, c1, ... so that no name
out of a file becomes SQL.
"""

import mmap
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import duckdb
import zstandard

from orchestration.landing import LandingFile
from orchestration.records import (
    BYTE_ORDER_MARK,
    FAULTS,
    Record,
    csv_records,
    is_well_quoted,
    line_records,
)

_LINES = """(select filename as _path, line as _text, cast(null as text) as _fault
    from read_csv($files, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
    delim = '\x07', quote = '', escape = '', filename = true))"""

_STAGED = "staged_records"

_CHUNK_BYTES = 1 << 20
_CHUNK_RECORDS = 10_000


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


def is_doubtful(file: LandingFile) -> bool:
    """Read a text file to its end; tell whether DuckDB might lose rows of it if it is CSV.

    DuckDB takes what it finds in a truncated archive; it drops a row whose quote never closes where
    it reads more files than twice its threads, and a NUL that stands in a column too many; where
    blank lines come first it takes the header for a row. All without a word.

    Raises:
        UnreadableFile: the archive is truncated or broken.
    """
    start, has_quote, has_nul = b"", False, False
    for chunk in _content(file):
        start = start or chunk[:4].removeprefix(BYTE_ORDER_MARK)
        has_quote = has_quote or b'"' in chunk
        has_nul = has_nul or b"\0" in chunk
    if has_nul or start.startswith((b"\r", b"\n")):
        return True
    if not has_quote or file.format != "csv":
        return False
    with _mapped(file) as content:
        return not is_well_quoted(content)


@contextmanager
def _mapped(file: LandingFile) -> Iterator[mmap.mmap]:
    with tempfile.TemporaryFile() if file.compression else file.path.open("rb") as plain:
        if file.compression:
            plain.writelines(_content(file))
            plain.flush()
        with mmap.mmap(plain.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def _content(file: LandingFile) -> Iterator[bytes]:
    if file.compression:
        yield from _decompressed(file)
        return
    with file.path.open("rb") as plain:
        while chunk := plain.read(_CHUNK_BYTES):
            yield chunk


def _head(file: LandingFile) -> bytes:
    head = b""
    for chunk in _content(file):
        head += chunk
        if len(head) >= _CHUNK_BYTES:
            break
    return head


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
    header = next(csv_records(_head(file)), None)
    if header is None:
        raise UnreadableFile("the file is empty: it needs at least a header")
    if len(header.text) > _CHUNK_BYTES // 4:
        raise UnreadableFile("the header is longer than 256 kB; check where its lines end")
    if header.fault:
        raise UnreadableFile(f"in the header, {FAULTS[header.fault]}")
    names = tuple((name or "").strip() for name in header.fields)
    others = [mark for mark in ";\t|" if len(names) == 1 and mark in names[0]]
    if others:
        raise UnreadableFile(f"columns are separated by {others[0]!r}; separate them by commas")
    lowered = [name.lower() for name in names]
    _refuse_repeated(sorted({name for name in lowered if lowered.count(name) > 1}))
    return names


def _refuse_repeated(names: list[str]) -> None:
    if names:
        raise UnreadableFile(f"the header names {', '.join(names)} more than once")


def _jsonl_header(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> tuple[str, ...]:
    try:
        names = _keys(connection, _LINES, {"files": [str(file.path)]})
    except duckdb.Error:
        stage(connection, file)
        names = _keys(connection, _STAGED, {})
    if not names:
        has_text = bool(_head(file).strip())
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


def stage(connection: duckdb.DuckDBPyConnection, file: LandingFile) -> None:
    """Split a text file into records by our own means, for a scan that is staged."""
    connection.execute(
        f"""
        create or replace temp table {_STAGED}
            (_path text, _fields text[], _text text, _fault text)
        """
    )
    with _mapped(file) as content:
        records = csv_records(content) if file.format == "csv" else line_records(content)
        while chunk := list(islice(records, _CHUNK_RECORDS)):
            _insert(connection, file, chunk)


def _insert(
    connection: duckdb.DuckDBPyConnection, file: LandingFile, records: list[Record]
) -> None:
    connection.execute(
        f"""
        insert into {_STAGED} select
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
            from {_STAGED} offset 1
        )
        select {values}, _path, if(fault is null, null, _text) as _text, fault as _fault
        from faults
    """
    return Scan(sql, {})


def _scan_jsonl(paths: list[str], header: tuple[str, ...], is_staged: bool) -> Scan:
    fields: dict[str, Any] = {f"k{place}": _json_pointer(name) for place, name in enumerate(header)}
    values = "".join(
        f"json_extract_string(if(json_valid(_text), _text, null), ${key}) as c{key[1:]}, "
        for key in fields
    )
    sql = f"select {values} _path, _text, _fault from {_STAGED if is_staged else _LINES}"
    return Scan(sql, fields | ({} if is_staged else {"files": paths}))


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
