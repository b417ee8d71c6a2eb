"""Counts the rows of text files without DuckDB's readers, and tells whether these might err."""

from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple

from orchestration.reading.reading_room import Readable
from orchestration.reading.text_records import (
    csv_records,
    is_well_quoted,
    refuse_long_row,
    text_start,
)
from orchestration.settings import Limits

_BLOCK_BYTES = 1 << 20


class RowCount(NamedTuple):
    """Records below the header (CSV) or lines that are not blank (JSONL)."""

    rows: int
    is_doubtful: bool


def count_rows(limits: Limits, file: Readable, delimiter: str = ",") -> RowCount:
    """Count the rows of a text file, and tell whether DuckDB might lose some.

    DuckDB drops a row of CSV whose quote never closes where it reads more files than twice its
    threads, and a NUL that stands in a column too many; where blank lines come first it takes the
    header for a row. All without a word.

    Raises:
        UnreadableFile: a row is longer than the limit.
    """
    is_csv = file.format == "csv"
    with file.mapped() as content:
        start = text_start(content)
        has_quotes = is_csv and content.find(b'"') >= 0
        has_odd_quotes = has_quotes and not is_well_quoted(content, delimiter)
        if has_odd_quotes:
            rows = sum(1 for _ in csv_records(content, limits.max_row_bytes, delimiter))
        else:
            rows = sum(_filled_lines(content, limits.max_row_bytes, is_csv=is_csv))
        is_blank_first = content[start : start + 1] in (b"\r", b"\n")
        has_nul = content.find(b"\0") >= 0
    header = min(rows, 1) if is_csv else 0
    return RowCount(rows - header, has_odd_quotes or has_nul or is_blank_first)


def _filled_lines(content: mmap | bytes, row_bytes: int, *, is_csv: bool) -> Iterator[int]:
    """Count, block by block, lines that are not blank; those within quotes are none in CSV."""
    is_quoted, length, open_line = False, 0, b""
    for position in range(text_start(content), len(content), _BLOCK_BYTES):
        block = content[position : position + _BLOCK_BYTES]
        outside = block.split(b'"') if is_csv else [block]
        text = b'"'.join(outside[is_quoted::2])
        is_quoted ^= len(outside) % 2 == 0
        *lines, last = (open_line + text).replace(b"\r", b"\n").split(b"\n")
        yield _filled(lines, is_csv=is_csv)
        length = len(last) if lines else length + len(block)
        refuse_long_row(length, row_bytes)
        open_line = b"_" if is_quoted or _filled([last], is_csv=is_csv) else b""
    yield len(open_line)


def _filled(lines: list[bytes], *, is_csv: bool) -> int:
    """How many lines have something in them: in JSONL, something else than blanks."""
    return sum(map(bool, lines if is_csv else (line.strip(b" \t") for line in lines)))
