"""What fits have in common: rows as they are read, and whether what they are made of changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]


def rows(found: duckdb.DuckDBPyConnection) -> list[Row]:
    """What a query found, each row by the names of its columns."""
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def fingerprint(
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[str],
    code: Iterable[Path],
    *settings: object,
) -> str:
    """A digest of all that decides a fit, whatever the order of the rows.

    Args:
        connection: the warehouse.
        tables: quoted names of what is fitted to.
        code: files that fit.
        settings: what else decides, told apart by `repr`.
    """
    contents = [
        connection.execute(f"select count(*), sum(hash(t)) from {table} as t").fetchall()
        for table in tables
    ]
    return digest((contents, settings), code)


def digest(told: object, code: Iterable[Path]) -> str:
    """A digest of what is told of the input, by `repr`, and of the files that fit."""
    read = b"".join(file.read_bytes() for file in code)
    return hashlib.sha256(repr(told).encode() + read).hexdigest()
