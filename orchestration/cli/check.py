"""`cx check`: what would be loaded of a file, before it lands."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.refusals import refusal_table
from orchestration.cli.terminal import FAILED, console, one_sentence, stop
from orchestration.contract import SourceTable, source_tables
from orchestration.settings import Settings
from orchestration.text import printable

if TYPE_CHECKING:
    from orchestration.loading.trial import Trial

app = typer.Typer()


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Wherever it lies.")],
    table: Annotated[
        str, typer.Option("--as", help="The table it is for, as source/table, unless it lies so.")
    ] = "",
) -> None:
    """Say which rows of a file would be loaded and which refused, without loading anything.

    What it is compared with, and its suite, is asked by the run alone.
    """
    settings, screen = Settings(), console()
    if not file.is_file():
        stop(screen, f"There is no file {printable(str(file))}.")
    from orchestration.loading.trial import trial  # the loader takes as long as all else

    try:
        source = _table_of(file, table)
    except KeyError as error:
        stop(screen, printable(error.args[0]))
    with one_sentence(settings, screen), trial(file, source, settings.limits) as tried:
        refused = refusal_table(tried.connection, [source])
        if refused.row_count:
            screen.print(refused)
        for sentence in _sentences(source, tried):
            screen.print(printable(sentence))
        if tried.report.files_refused:
            raise typer.Exit(FAILED)


def _table_of(file: Path, name: str) -> SourceTable:
    """The table that is named, or whose folder the file lies in.

    Raises:
        KeyError: none is; the message says which there are.
    """
    tables = {f"{table.source}/{table.name}": table for table in source_tables()}
    folders = file.resolve().parts[:-1]
    lies_in = ["/".join(pair) for pair in pairwise(folders)]
    for place in [name] if name else reversed(lies_in):
        if place in tables:
            return tables[place]
    near = get_close_matches(name or file.stem, tables)
    told = f"did you mean {' or '.join(near)}" if near else f"there are {', '.join(tables)}"
    raise KeyError(f"Say with --as which table it is for: {told}.")


def _sentences(table: SourceTable, tried: "Trial") -> Iterator[str]:
    report = tried.report
    if report.files_refused:
        yield "The whole file would stay outside."
    else:
        rows = report.rows_loaded + report.rows_quarantined
        yield f"{report.rows_loaded:,} of {rows:,} rows would be loaded as {table.full_name}."
    if tried.unknown:
        names = (
            f"{name} (is it {near}?)" if near else name for name, near in tried.unknown.items()
        )
        yield f"Columns that the contract does not know, kept in _extra: {', '.join(names)}."
    if tried.lacking:
        yield f"Columns of the contract that the file lacks: {', '.join(tried.lacking)}."
