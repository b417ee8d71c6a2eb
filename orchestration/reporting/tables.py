"""The rows that charts draw, read from the published file and written column by column."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from orchestration.reporting.customers import in_segments
from orchestration.reporting.declared import Chart
from orchestration.reporting.headline import IS_COMPLETE, NEWEST
from orchestration.reporting.segments import AT_ONCE
from orchestration.sql import identifier
from orchestration.text import printable

# Of segments those with most values stand on a page at once, without weeks and older months.
_SEGMENT_AT_ONCE = f"""
(segment_type, segment) in (
    select (segment_type, segment) from reached_segments where place <= {AT_ONCE}
)
"""
_PERIOD_AT_ONCE = f"""
(
    segment_type = 'all'
    or period_grain not in ('week', 'month')
    or period_grain = 'month' and period_start > {NEWEST} - interval 25 month
)
"""
# The rest of a segment type comes when it is asked for, with the weeks of a year.
_IS_REACHED = "(segment_type, segment) in (select (segment_type, segment) from reached_segments)"
_OF_LAST_YEAR = f"(period_grain <> 'week' or period_start > {NEWEST} - interval 53 week)"

_SHAPE = ("period_grain", "period_start", "segment_type", "segment")

_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL")
_WHOLE = ("INT", "INTEGER", "BOOLEAN")

Table = dict[str, Any]
Columns = dict[str, list[Any]]


def read_table(connection: duckdb.DuckDBPyConnection, chart: Chart) -> Table:
    """The rows of a chart with the shape they have, and how many there are in all.

    `missing` names what is not published, a table or a column of it.
    """
    if not chart.source:
        return {"columns": [], "rows": 0}
    asked = in_segments(chart)
    try:
        known = _columns(connection, asked.source)
        names = _names(asked, known)
        query, parameters = query_of(asked, names, known)
        columns = read_columns(connection, _first(query, asked.limit), parameters)
        rows = len(columns[names[0]])
        all_rows = _count(connection, query, parameters) if rows == asked.limit else rows
    except duckdb.CatalogException:
        return {"columns": [], "rows": 0, "missing": chart.source}
    except duckdb.BinderException as error:
        return {
            "columns": [],
            "rows": 0,
            "missing": f"{chart.source}, {str(error).splitlines()[0]}",
        }
    kinds = dict.fromkeys(_SHAPE, "text") | dict(asked.columns)
    definitions = _definitions(connection, chart.source)
    return {
        "columns": [
            {"name": name, "kind": kinds[name], "definition": definitions.get(name)}
            | coded(columns[name], known[name])
            for name in names
        ],
        "rows": rows,
        "of": all_rows,
    }


def read_rest(connection: duckdb.DuckDBPyConnection, chart: Chart) -> dict[str, Table]:
    """By segment type the rows of a chart that do not stand on its page at once."""
    asked = in_segments(chart)
    try:
        known = _columns(connection, asked.source) if asked.source else {}
        if "segment_type" not in known:
            return {}
        query, parameters = query_of(asked, _names(asked, known), known, is_rest=True)
        columns = read_columns(connection, query, parameters)
    except (duckdb.CatalogException, duckdb.BinderException):
        return {}  # which the page tells
    return {
        printable(name): plain_table(of_type, known)
        for name, of_type in split(columns, "segment_type")
    }


def plain_table(columns: Mapping[str, Sequence[Any]], types: Mapping[str, str]) -> Table:
    """Rows as a page decodes them: nothing but names and values."""
    told = [{"name": name} | coded(values, types[name]) for name, values in columns.items()]
    return {"columns": told, "rows": len(next(iter(columns.values())))}


def _names(chart: Chart, known: Mapping[str, str]) -> list[str]:
    """The columns that a chart reads: those that follow the switches, and its own."""
    return [*(name for name in _SHAPE if name in known), *chart.columns]


def read_columns(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]
) -> Columns:
    """The columns of a query's result."""
    found = connection.execute(query, parameters).fetchnumpy()
    return {name: values.tolist() for name, values in found.items()}


def split(columns: Columns, name: str) -> Iterator[tuple[Any, Columns]]:
    """Rows by what a column of theirs says, each in the order they had."""
    places = defaultdict(list)
    for place, value in enumerate(columns[name]):
        places[value].append(place)
    for value, found in places.items():
        yield value, {other: [values[at] for at in found] for other, values in columns.items()}


def _first(query: str, limit: int | None) -> str:
    return query if limit is None else f"{query} limit {limit}"


def _count(connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]) -> int:
    [(count,)] = connection.execute(f"select count(*) from ({query})", parameters).fetchall()
    return int(count)


def _columns(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """Columns of a relation with their types."""
    described = connection.execute(f"describe select * from {source}").fetchall()
    return {name: data_type for name, data_type, *_ in described}


def _definitions(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """Comments of the columns of a relation."""
    rows = connection.execute(
        """
        select column_name, comment from duckdb_columns()
        where schema_name || '.' || table_name = ? and comment is not null
        """,
        [source],
    ).fetchall()
    return dict(rows)


def query_of(
    chart: Chart, names: Sequence[str], known: Mapping[str, str], *, is_rest: bool = False
) -> tuple[str, dict[str, Any]]:
    """The query of a chart's rows and its parameters.

    Args:
        chart: whose rows are asked for.
        names: the columns that are read.
        known: the types of those that there are.
        is_rest: ask for what does not stand on the page at once.
    """
    conditions, parameters = [f"({chart.where})"], {}
    if "period_start" in names:
        conditions.append(f"(period_grain = 'all' or {IS_COMPLETE})")
        conditions.append("list_contains($grains, period_grain)")
        parameters["grains"] = list(chart.grains)
    elif "period_grain" in names:
        conditions.append("period_grain = 'all'")
    if "segment_type" in names:
        conditions += _reached(is_dated="period_start" in names, is_rest=is_rest)
    columns = ", ".join(_selected(name, known.get(name, "")) for name in names)
    query = f"""
        select {columns} from {chart.source} where {" and ".join(conditions)}
        order by {chart.order}
    """
    return query, parameters


def _reached(*, is_dated: bool, is_rest: bool) -> list[str]:
    at_once = [_SEGMENT_AT_ONCE, *([_PERIOD_AT_ONCE] if is_dated else [])]
    if not is_rest:
        return at_once
    return [
        _IS_REACHED,
        f"not ({' and '.join(at_once)})",
        *([_OF_LAST_YEAR] if is_dated else []),
    ]


def _selected(name: str, data_type: str) -> str:
    """A column as JSON can hold it, without digits that nobody sees."""
    number = f"{identifier(name)}::double"
    if data_type.startswith(_NUMBERS):
        return f"if(isfinite({number}), round({number}, 6), null) as {identifier(name)}"
    if data_type.endswith(_WHOLE):
        return identifier(name)
    return f"{identifier(name)}::varchar as {identifier(name)}"


def coded(values: Sequence[Any], data_type: str) -> dict[str, Any]:
    """A column's values; texts and dates as places in a list of the distinct ones."""
    if data_type.startswith(_NUMBERS) or data_type.endswith(_WHOLE):
        return {"values": values}
    levels = [level for level in dict.fromkeys(values) if level is not None]
    places = {level: place for place, level in enumerate(levels)} | {None: -1}
    return {"values": [places[value] for value in values], "levels": list(map(printable, levels))}


def to_json(value: object) -> str:
    """Compact JSON; a number that is none raises."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False, default=str)
