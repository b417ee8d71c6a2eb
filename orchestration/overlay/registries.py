"""Registries: our rows, and a company's in place of those of the same thing."""

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from orchestration.overlay.errors import OwnFolderError

Row = dict[str, str]


def merged(ours: Path, own: Path) -> str:
    """Our registry as CSV, with the rows of a company's.

    Of what a row of theirs names in the first column all of our rows go; one that names it and
    nothing else only has them go. Columns that theirs lack are empty.

    Raises:
        OwnFolderError: theirs is no such registry; the message names file, line and remedy.
    """
    columns, rows = read_registry(ours)
    _, own_rows = read_registry(own, columns)
    first, *others = columns
    theirs = {row[first] for row in own_rows}
    kept = [row for row in rows if row[first] not in theirs]
    added = [row for row in own_rows if any(row.get(column) for column in others)]
    written = StringIO()
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept + added)
    return written.getvalue()


def read_registry(file: Path, known: Sequence[str] = ()) -> tuple[list[str], list[Row]]:
    """Columns and rows of a registry, which has no columns but known ones where some are.

    Raises:
        OwnFolderError: it is none; the message names file, line and remedy.
    """
    try:
        lines = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        columns = next(lines, [])
        _require_columns(file, columns, known)
        return columns, list(_rows(file, lines, columns))
    except (UnicodeDecodeError, csv.Error) as error:
        raise OwnFolderError(f"{file} is no CSV in UTF-8: {error}") from error


def _rows(file: Path, lines: Iterator[list[str]], columns: Sequence[str]) -> Iterator[Row]:
    for number, values in enumerate(lines, start=2):
        if len(values) not in {0, len(columns)}:
            raise OwnFolderError(
                f"{file}, row {number}: {len(values)} values for {len(columns)} columns;"
                " write as many as its first line has, in quotation marks where they hold commas"
            )
        if values:
            yield dict(zip(columns, values, strict=True))


def _require_columns(file: Path, columns: Sequence[str], known: Sequence[str]) -> None:
    if len(columns) == 1 and (found := re.search(r"[;\t|]", columns[0])):
        raise OwnFolderError(f"{file} has {found[0]!r} between its columns; write commas")
    if not known:
        return
    there = f"the registry has {', '.join(known)}"
    if unknown := [column for column in columns if column not in known]:
        raise OwnFolderError(f"{file} has a column {', '.join(unknown)}, but {there}")
    if known[0] not in columns or len(set(columns)) < len(columns):
        raise OwnFolderError(f"{file} must have the column {known[0]}, and none twice: {there}")
