"""Column names of landing files, as they stand in them."""

import re
from collections.abc import Sequence

import duckdb

from orchestration.reading.reading_room import Readable
from orchestration.reading.scans import LINES, STAGED, patterns, stage, usual_keys
from orchestration.reading.text_records import FAULTS, Record, csv_records
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits
from orchestration.text import printable

_HEADER_BYTES = 1 << 18
# As many names as a sentence has room for, and letters of one.
_NAMES, _NAME_LETTERS = 20, 60
# Addresses, dates and numbers.
_IN_NO_NAME = re.compile(r"@|\A\d{4}-\d{2}-\d{2}|\A[+-]?\d[\d.,]*\Z")


def csv_delimiter(file: Readable) -> str:
    """What separates the columns of CSV: semicolons where no comma separates names, else commas."""
    beginning = file.head(4 * _HEADER_BYTES)
    by_comma, by_semicolon = (
        next(csv_records(beginning, len(beginning), mark), Record([], "")) for mark in ",;"
    )
    is_other = len(by_comma.fields) < 2 and by_comma.fault != "encoding"
    return ";" if is_other and len(by_semicolon.fields) > 1 else ","


def csv_header(limits: Limits, file: Readable, delimiter: str) -> tuple[str, ...]:
    """Column names of CSV, as they stand in it.

    Raises:
        UnreadableFile: there is no header to read, it names too many columns, or one twice.
    """
    beginning = file.head(4 * _HEADER_BYTES)
    header = next(csv_records(beginning, len(beginning), delimiter), None)
    if header is None:
        raise UnreadableFile("the file is empty: it needs at least a header")
    if len(header.text) > _HEADER_BYTES:
        raise UnreadableFile("the header is longer than 256 kB; check where its lines end")
    if header.fault:
        raise UnreadableFile(f"in the header, {FAULTS[header.fault]}")
    names = tuple((name or "").strip() for name in header.fields)
    if names[0].lower().startswith("sep="):
        raise UnreadableFile(
            f"the first line is {header.text!r}, which only Excel reads; delete it, so that the "
            "header comes first"
        )
    others = [mark for mark in "\t|" if len(names) == 1 and mark in names[0]]
    if others:
        raise UnreadableFile(f"columns are separated by {others[0]!r}; separate them by commas")
    if (unnamed := names.count("")) > 1:
        raise UnreadableFile(
            f"the header leaves {unnamed:,} columns without a name; name them or delete them"
        )
    lowered = [name.lower() for name in names]
    refuse_repeated(sorted({name for name in lowered if lowered.count(name) > 1}))
    refuse_wide(len(names), "columns", limits)
    return names


def refuse_repeated(names: list[str]) -> None:
    """Judge column names that stand twice in a header.

    Raises:
        UnreadableFile: there is one.
    """
    if names:
        raise UnreadableFile(shown(names, "the header names {} more than once"))


def shown(names: Sequence[str], sentence: str) -> str:
    """A sentence with names of columns, unless these are a row's values: of people, it may be."""
    if any(_IN_NO_NAME.search(name) for name in names):
        return "the first line looks like a row, not like names of columns"
    listed = ", ".join(printable(name[:_NAME_LETTERS]) for name in names[:_NAMES]) or "no columns"
    others = f", and {len(names) - _NAMES:,} others" if len(names) > _NAMES else ""
    return sentence.format(listed + others)


def refuse_wide(width: int, called: str, limits: Limits) -> None:
    """Judge how many columns a file has, or how it calls them.

    Raises:
        UnreadableFile: there are too many.
    """
    if width > limits.max_columns:
        raise UnreadableFile(
            f"it has more than {limits.max_columns:,} {called}; "
            "leave out what nobody needs, or raise CX_MAX_COLUMNS"
        )


def jsonl_header(limits: Limits, file: Readable, names: set[str]) -> tuple[str, ...]:
    """Names in the objects of a file, in the order of the alphabet.

    Raises:
        UnreadableFile: no object has a name, or there are too many.
    """
    if not names:
        has_text = bool(file.head(_HEADER_BYTES).strip())
        raise UnreadableFile(
            "no line is a JSON object with names; write one object a line"
            if has_text
            else "the file is empty: it needs at least one line"
        )
    refuse_wide(len(names), "keys in its objects", limits)
    return tuple(sorted(names))


def names_in_objects(
    connection: duckdb.DuckDBPyConnection, limits: Limits, files: list[Readable]
) -> list[set[str]]:
    """Names in the objects of each file of JSONL, or as many as tell that there are too many.

    Raises:
        UnreadableFile: files have so many names that each must be read alone.
        duckdb.Error: DuckDB's reader cannot split one of several files into lines.
    """
    try:
        found = _names(connection, LINES, limits, files)
    except duckdb.Error:
        if len(files) > 1:
            raise
        stage(connection, files[0], limits)
        found = _names(connection, STAGED, limits, files)
    return [found[str(file.path)] for file in files]


def _names(
    connection: duckdb.DuckDBPyConnection, lines: str, limits: Limits, files: list[Readable]
) -> dict[str, set[str]]:
    """Names by path; of an object with the usual keys, DuckDB says only that there is one."""
    usual, most = usual_keys(files[0]), (limits.max_columns + 1) * len(files)
    sql = f"""
        with lines as (select _path, if(json_valid(_text), _text, null) as json from {lines}),
        objects as (
            select _path, json_keys(json) as keys from lines where json_type(json) = 'OBJECT'
        )
        select distinct _path, unnest(if(keys = $usual::text[], [null], keys)) from objects
        limit $most
    """
    parameters = {"usual": usual, "most": most}
    parameters |= {"files": patterns(files)} if lines == LINES else {}
    found = connection.execute(sql, parameters).fetchall()
    if len(files) > 1 and len(found) == most:
        raise UnreadableFile("the files have too many names to be read together")
    names: dict[str, set[str]] = {str(file.path): set() for file in files}
    for path, name in found:
        names[path].update([name] if name is not None else usual or [])
    return names
