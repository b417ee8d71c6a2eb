"""Tables of two engines, value by value: fractions at 6 decimals, rows in any order."""

from dataclasses import dataclass
from math import isclose
from typing import Any

import duckdb

from orchestration.sql import identifier

# What an engine's own hash function makes: it says that something changed, and not what.
OF_ENGINE = ("input_fingerprint", "input_hash", "hours_hash", "holidays_hash", "schedule_hash")
DECIMALS = 6
_FRACTIONS = ("DOUBLE", "DECIMAL(38,15)", "DECIMAL(38,18)")


@dataclass(frozen=True)
class Comparison:
    """A table on both sides: its rows, and on each side how many the other has not."""

    table: str
    rows: int = 0
    only_first: int = 0
    only_second: int = 0
    reason: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether all rows are on both sides."""
        return not (self.only_first or self.only_second or self.reason)


def compare(
    connection: duckdb.DuckDBPyConnection, table: str, first: str, second: str
) -> Comparison:
    """Compare what two SQL names of a connection hold; columns may stand in another order."""
    columns, others = _columns(connection, first), _columns(connection, second)
    if set(columns) != set(others):
        return Comparison(table, reason=f"columns {sorted({*columns} ^ {*others})}")
    told = {name: columns[name] for name in columns if name not in OF_ENGINE}
    sides = [f"select {_values(told)} from {side}" for side in (first, second)]
    try:
        one, two = (_count(connection, f"{a} except all {b}") for a, b in (sides, sides[::-1]))
        if one == two > 0 and _is_alike(connection, told, *sides):
            one = two = 0
        return Comparison(table, _count(connection, sides[0]), one, two)
    except duckdb.Error as error:
        return Comparison(table, reason=str(error).splitlines()[0])


def _is_alike(
    connection: duckdb.DuckDBPyConnection, columns: dict[str, str], first: str, second: str
) -> bool:
    """Whether rows that differ do so by the last decimal alone, where one was rounded up."""
    ordered = sorted(columns, key=lambda name: columns[name] in _FRACTIONS)
    order = f"order by {', '.join(map(identifier, ordered))}"
    rows = [
        connection.execute(f"({a} except all {b}) {order}").fetchall()
        for a, b in ((first, second), (second, first))
    ]
    pairs = zip(*rows, strict=True)
    return all(_is_same(*values) for pair in pairs for values in zip(*pair, strict=True))


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-12, abs_tol=1.01 * 10**-DECIMALS)
    return bool(one == other)


def _values(columns: dict[str, str]) -> str:
    """Columns as what both engines can agree in, by their types in DuckDB."""
    return ", ".join(
        f"{_value(identifier(name), columns[name])} as {identifier(name)}" for name in columns
    )


def _value(column: str, data_type: str) -> str:
    if data_type in _FRACTIONS:
        return f"round(cast({column} as double), {DECIMALS})"
    if data_type == "DOUBLE[]":
        return f"list_transform({column}, lambda x: round(x, {DECIMALS}))"
    return f"cast({column} as {data_type})"


def _columns(connection: duckdb.DuckDBPyConnection, side: str) -> dict[str, str]:
    rows = connection.execute(f"describe select * from {side}").fetchall()
    return {name: data_type for name, data_type, *_ in rows}


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    [(rows,)] = connection.execute(f"select count(*) from ({query})").fetchall()
    return int(rows)
