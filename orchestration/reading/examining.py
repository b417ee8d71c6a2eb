"""Tells what files hold before they are loaded: all at once, and a bad one alone."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TypeVar

import duckdb

from orchestration.reading.contents import Content
from orchestration.reading.headers import csv_delimiter, csv_header, jsonl_header, names_in_objects
from orchestration.reading.parquet import parquet_contents
from orchestration.reading.reading_room import Readable
from orchestration.reading.row_counts import count_rows
from orchestration.reading.scans import first_names
from orchestration.settings import Limits
from orchestration.system_errors import is_of_machine

R = TypeVar("R")


def examine(
    connection: duckdb.DuckDBPyConnection,
    files: list[Readable],
    limits: Limits,
    key: Collection[str] = (),
) -> list[Content | Exception]:
    """What each file holds, in their order, or why it cannot be loaded.

    To ask all lines of JSONL for their names is a pass of its own. Given the columns of a key, it
    is left out for a file whose first objects have them: no other object is presumed to have more
    names than these, which the scan proves.
    """
    csv, jsonl, parquet = (
        [file for file in files if file.format == format_]
        for format_ in ("csv", "jsonl", "parquet")
    )
    outcomes: dict[Readable, Content | Exception] = {}
    outcomes |= _each(csv, partial(_csv_content, limits))
    outcomes |= _jsonl_contents(connection, limits, jsonl, key)
    outcomes |= _halved(parquet, partial(parquet_contents, connection, limits))
    return [outcomes[file] for file in files]


def _halved(
    files: list[Readable], read: Callable[[list[Readable]], Sequence[R]]
) -> dict[Readable, R | Exception]:
    """Read files together; where that fails, halve them until the bad file stands alone."""
    try:
        return dict(zip(files, read(files) if files else [], strict=True))
    except Exception as error:
        if is_of_machine(error):
            raise
        middle = len(files) // 2
        if not middle:
            return {files[0]: error}
        return _halved(files[:middle], read) | _halved(files[middle:], read)


def _each(files: list[Readable], read: Callable[[Readable], R]) -> dict[Readable, R | Exception]:
    outcomes: dict[Readable, R | Exception] = {}
    for file in files:
        outcomes |= _halved([file], lambda alone: [read(*alone)])
    return outcomes


def _csv_content(limits: Limits, file: Readable) -> Content:
    delimiter = csv_delimiter(file)
    count = count_rows(limits, file, delimiter)
    header = csv_header(limits, file, delimiter)
    return Content(count.rows, header, is_doubtful=count.is_doubtful, delimiter=delimiter)


def _jsonl_contents(
    connection: duckdb.DuckDBPyConnection,
    limits: Limits,
    files: list[Readable],
    key: Collection[str],
) -> dict[Readable, Content | Exception]:
    """Lines are counted first, so that no line without end comes before DuckDB's reader."""
    counts = _each(files, partial(count_rows, limits))
    counted = [file for file in files if not isinstance(counts[file], Exception)]
    presumed = {file: _presumed(file, limits, key) for file in counted}
    asked = [file for file in counted if not presumed[file]]
    found = _halved(asked, partial(names_in_objects, connection, limits))
    names: dict[Readable, set[str] | Exception] = {**presumed, **found}

    def content(file: Readable) -> Content:
        count = _given(counts[file])
        header = jsonl_header(limits, file, _given(names[file]))
        is_presumed = bool(presumed[file])
        return Content(count.rows, header, is_doubtful=count.is_doubtful, is_presumed=is_presumed)

    return _each(files, content)


def _presumed(file: Readable, limits: Limits, key: Collection[str]) -> set[str]:
    """Names of the first objects; none if they lack one of a key, or are more than allowed."""
    names = first_names(file) if key else set()
    has_key = {*key} <= {name.lower() for name in names}
    return names if has_key and len(names) <= limits.max_columns else set()


def _given(outcome: R | Exception) -> R:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
