"""Splits a text file into records without DuckDB, and tells of each one whether it can be read.

DuckDB's reader gives up a whole file for one row of bytes that are not UTF-8, one of over 2 MB, or
two kinds of line ends, and may drop a row whose quote never closes. Such a file is split here: each
byte of it ends in a record, and a record that cannot be read does not touch the next.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from mmap import mmap

from orchestration.reading.unreadable import UnreadableFile

FAULTS = {
    "ragged": "the row has more or fewer columns than the header",
    "encoding": "bytes are not UTF-8; save the file as UTF-8",
    "quoting": "a quote is never closed, or text follows its end; double a quote that is text",
}

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE = re.compile(rb"([^\r\n]*+)(\r\n|[\r\n]|\Z)")


@cache
def _field(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"""(?:[ ]*+"(?P<quoted>(?:[^"]++|"")*+)"[ ]*+|(?P<plain>(?![ ]*+")[^%b\r\n]++)?)"""
        rb"""(?P<end>%b|\r\n|[\r\n]|\Z)""" % (delimiter, delimiter)
    )


@cache
def _well_quoted(delimiter: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"""(?:[^"]*+(?<![^%b\r\n])"(?:[^"]++|"")*+"(?=[%b\r\n]|\Z))*+[^"]*+"""
        % (delimiter, delimiter)
    )


@dataclass(frozen=True)
class Record:
    """A row as it stands in a file: its fields (CSV), its text, and why it cannot be read."""

    fields: list[str | None]
    text: str
    fault: str | None = None


def is_well_quoted(content: mmap | bytes, delimiter: str = ",") -> bool:
    """Tell whether each quote opens a field, closes it, or is doubled within it."""
    return _well_quoted(delimiter.encode()).fullmatch(content) is not None


def csv_records(content: mmap | bytes, row_bytes: int, delimiter: str = ",") -> Iterator[Record]:
    """Split CSV, header first. An empty field is null, an empty string in quotes is one.

    Spaces around quotes are not part of a field, as with DuckDB's reader.

    Raises:
        UnreadableFile: a row is longer than it may be.
    """
    position, end, mark = text_start(content), len(content), delimiter.encode()
    while position < end:
        start, (fields, position) = position, _fields(content, position, row_bytes, mark)
        raw = content[start:position].rstrip(b"\r\n")
        if raw:
            yield _record(raw, fields)


def line_records(content: mmap | bytes) -> Iterator[Record]:
    """Split a file into its lines, blank ones too."""
    position, end = text_start(content), len(content)
    while position < end and (line := _LINE.match(content, position)):
        yield _record(line[1], [])
        position = line.end()


def refuse_long_row(length: int, row_bytes: int) -> None:
    """Keep a row from taking all memory, as a file without line ends does.

    Raises:
        UnreadableFile: the row is longer than it may be.
    """
    if length > row_bytes:
        raise UnreadableFile(
            f"a row is longer than {row_bytes:,} bytes; check where its lines end, "
            "or raise CX_MAX_ROW_BYTES"
        )


def text_start(content: mmap | bytes) -> int:
    """Where the text begins: after the byte-order mark."""
    return len(BYTE_ORDER_MARK) if content[:3] == BYTE_ORDER_MARK else 0


def _fields(
    content: mmap | bytes, position: int, row_bytes: int, delimiter: bytes
) -> tuple[list[bytes | None] | None, int]:
    """Fields of the record at a position, None where quotes break it, and where the next begins."""
    fields: list[bytes | None] = []
    start, match = position, _field(delimiter).match
    while field := match(content, position):
        refuse_long_row(field.end() - start, row_bytes)
        quoted = field["quoted"]
        fields.append(field["plain"] if quoted is None else quoted.replace(b'""', b'"'))
        position = field.end()
        if field["end"] != delimiter:
            return fields, position
    line = _LINE.match(content, position)
    end = line.end() if line else len(content)
    refuse_long_row(end - start, row_bytes)
    return None, end


def _record(raw: bytes, fields: list[bytes | None] | None) -> Record:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Record([], raw.decode(errors="backslashreplace"), "encoding")
    if fields is None:
        return Record([], text, "quoting")
    return Record([None if field is None else field.decode() for field in fields], text)
