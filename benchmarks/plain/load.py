"""A plain typed insert of landing files into a raw table."""

import sys
from itertools import groupby
from pathlib import Path

import duckdb

from benchmarks.body import body
from benchmarks.formats import format_of
from orchestration.contract import Column, SourceTable, source_tables
from orchestration.loading.ledger import create_tables, raw_name
from orchestration.settings import Settings
from orchestration.sql import identifier, literal
from orchestration.warehouse import connect


def insert(connection: duckdb.DuckDBPyConnection, table: SourceTable, landing: Path) -> None:
    """Insert all files of a table, those of a format in one statement; what is unsound is left."""
    create_tables(connection, table)
    folder = landing / table.source / table.name
    files = sorted(folder.iterdir(), key=format_of) if folder.is_dir() else []
    for kind, alike in groupby(files, format_of):
        connection.execute(_insert(connection, table, kind, list(alike), landing))


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    kind: str,
    files: list[Path],
    landing: Path,
) -> str:
    names = "[" + ", ".join(literal(str(file)) for file in files) + "]"
    values = ", ".join(identifier(column.name) for column in table.columns)
    landed = r"cast(regexp_extract(filename, '\d{4}-\d{2}-\d{2}') as date)"
    return f"""
        insert into {raw_name(table)} by name
        with read as ({_typed(connection, table, kind, names)})
        select
            {values},
            filename[{len(str(landing)) + 2}:] as _file,
            {landed} as _landing_date,
            hash({values}, cast(null as json), {landed}) as _row_hash
        from read
        where {" and ".join(_sound(table))}
    """


def _typed(connection: duckdb.DuckDBPyConnection, table: SourceTable, kind: str, names: str) -> str:
    """SQL that reads the columns of the contract by DuckDB's own reader, with their types."""
    present = _present(connection, table, kind, names)
    read = _reader(kind, names, {c.name: c.data_type for c in table.columns if c.name in present})
    columns = ", ".join(
        f"{_cast(c) if c.name in present else 'null'} as {c.name}" for c in table.columns
    )
    rows = f"select filename, {columns} from {read} as file"
    return f"{rows} where {' and '.join(_numbers(table))}" if kind == "jsonl" else rows


def _present(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, kind: str, names: str
) -> set[str]:
    """Columns in the first file; objects of JSON have those that they have."""
    if kind == "jsonl":
        return {column.name for column in table.columns}
    options = ", header = true, all_varchar = true" if kind == "csv" else ""
    described = connection.sql(f"describe from read_{kind}({names}[1:1]{options})")
    return {name for name, *_ in described.fetchall()}


def _reader(kind: str, names: str, types: dict[str, str]) -> str:
    """The reader of a format; of JSON, numbers are text, as it would take a word for null."""
    if kind == "parquet":
        return f"read_parquet({names}, filename = true)"
    given = {n: "text" if kind == "jsonl" and _is_number(t) else t for n, t in types.items()}
    options = "ignore_errors = true, filename = true"
    if kind == "csv":
        return f"read_csv({names}, header = true, types = {given}, {options})"
    return f"read_json({names}, format = 'newline_delimited', columns = {given}, {options})"


def _numbers(table: SourceTable) -> list[str]:
    """What a row of JSON must satisfy for its numbers to be none but numbers."""
    numbers = [column for column in table.columns if _is_number(column.data_type)]
    return ["true", *(f"(file.{c.name} is null or {_cast(c)} is not null)" for c in numbers)]


def _is_number(data_type: str) -> bool:
    return data_type.startswith(("decimal", "integer"))


def _cast(column: Column) -> str:
    return f"try_cast(file.{column.name} as {column.data_type})"


def _sound(table: SourceTable) -> list[str]:
    """What a row must satisfy."""
    required = [f"{column.name} is not null" for column in table.columns if column.is_required]
    return ["true", *required, *(f"coalesce({rule.expression}, true)" for rule in table.rules)]


def main(path: str) -> None:
    """Load the table `source/name` of CX_LANDING into the warehouse of CX_HOME."""
    settings = Settings()
    (table,) = (t for t in source_tables() if f"{t.source}/{t.name}" == path)
    with body(), connect(settings) as connection:
        insert(connection, table, settings.landing_dir)


if __name__ == "__main__":
    main(sys.argv[1])
