"""Tells of a file, without DuckDB's readers, how many rows it holds and whether they might err."""

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

import duckdb

from orchestration.reading.archives import refuse_bomb
from orchestration.reading.reading_room import Readable
from orchestration.reading.scans import scan
from orchestration.reading.text_records import (
    csv_records,
    is_well_quoted,
    refuse_long_row,
    text_start,
)
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Examined:
    """Rows of a file, and whether DuckDB might lose some.

    Rows are records below the header (CSV), lines that are not blank (JSONL), or what the footer
    says (Parquet).
    """

    rows: int
    is_doubtful: bool = False


def examine(connection: duckdb.DuckDBPyConnection, file: Readable, limits: Limits) -> Examined:
    """Count the rows of a file.

    DuckDB drops a row of CSV whose quote never closes where it reads more files than twice its
    threads, and a NUL that stands in a column too many; where blank lines come first it takes the
    header for a row. All without a word.

    Raises:
        UnreadableFile: the file is larger than the limits, or its footer contradicts itself.
        duckdb.Error: it has no footer that can be read.
    """
    if file.format == "parquet":
        return Examined(_rows_of_parquet(connection, file, limits))
    is_csv = file.format == "csv"
    with file.mapped() as content:
        start = text_start(content)
        has_odd_quotes = is_csv and content.find(b'"') >= 0 and not is_well_quoted(content)
        if has_odd_quotes:
            rows = sum(1 for _ in csv_records(content, limits.max_row_bytes))
        else:
            rows = sum(_filled_lines(content, limits.max_row_bytes, is_csv=is_csv))
        is_blank_first = content[start : start + 1] in (b"\r", b"\n")
        has_nul = content.find(b"\0") >= 0
    header = min(rows, 1) if is_csv else 0
    return Examined(rows - header, has_odd_quotes or has_nul or is_blank_first)


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


def _rows_of_parquet(connection: duckdb.DuckDBPyConnection, file: Readable, limits: Limits) -> int:
    """Give the rows that the footer names; one value takes a byte at the least, as in CSV.

    A broken footer or page may raise an error in DuckDB that makes its whole database useless, so
    the file is read once in a database of its own. That shows too how long its texts are, where a
    dictionary keeps one that stands in many rows once.
    """
    settings = "select current_setting('memory_limit'), current_setting('threads')"
    [(memory_limit, threads)] = connection.execute(settings).fetchall()
    config = {"memory_limit": memory_limit, "threads": threads}
    with duckdb.connect(config=config) as sandbox:
        rows, rows_of_groups, values, unpacked_bytes = _footer(sandbox, file)
        packed_bytes = file.path.stat().st_size
        refuse_bomb(packed_bytes, max(values, unpacked_bytes), limits)
        refuse_bomb(packed_bytes, _text_bytes(sandbox, file), limits)
    if rows != rows_of_groups:
        raise UnreadableFile("the file is not sound Parquet; write it again")
    return rows


def _footer(sandbox: duckdb.DuckDBPyConnection, file: Readable) -> tuple[int, int, int, int]:
    """Rows of the file and of its groups, values of all columns, and their bytes unpacked."""
    [counts] = sandbox.execute(
        """
        with chunks as (from parquet_metadata($path)),
        groups as (select distinct row_group_id, row_group_num_rows from chunks)
        select
            (select num_rows from parquet_file_metadata($path)),
            (select coalesce(sum(row_group_num_rows), 0)::bigint from groups),
            (select coalesce(sum(num_values), 0)::bigint from chunks),
            (select coalesce(sum(total_uncompressed_size), 0)::bigint from chunks)
        """,
        {"path": file.pattern},
    ).fetchall()
    return counts


def _text_bytes(sandbox: duckdb.DuckDBPyConnection, file: Readable) -> int:
    """Length of all values as text."""
    rows = scan(sandbox, [file], (), is_staged=False)
    sql = f"select sum(strlen(columns('c[0-9]+'))) from ({rows.sql})"
    [lengths] = sandbox.execute(sql, rows.parameters).fetchall()
    return int(sum(length or 0 for length in lengths))
