"""The rows that charts draw, read from the published file and written column by column."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from orchestration.reporting.declared import Chart
from orchestration.reporting.headline import IS_COMPLETE
from orchestration.sql import identifier
from orchestration.text import printable

# Of segments, weeks and older months stand in the published file.
_IS_RECENT = """
(
    period_grain not in ('week', 'month')
    or period_grain = 'month'
    and period_start > (select max(newest_landing_date) from marts.publish_info) - interval 25 month
    {of_all}
)
"""
_SHAPE = ("period_grain", "period_start", "segment_type", "segment")

_NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL")
_WHOLE = ("INT", "INTEGER", "BOOLEAN")

Table = dict[str, Any]


def read_table(connection: duckdb.DuckDBPyConnection, chart: Chart) -> Table:
    """The rows of a chart with the shape they have, and how many there are in all.

    `missing` names what is not published, a table or a column of it.
    """
    if not chart.source:
        return {"columns": [], "rows": 0}
    try:
        known = _columns(connection, chart.source)
        names = [*(name for name in _SHAPE if name in known), *chart.columns]
        query, parameters = query_of(chart, names, known)
        columns = read_columns(connection, _first(query, chart.limit), parameters)
        rows = len(columns[names[0]])
        all_rows = _count(connection, query, parameters) if rows == chart.limit else rows
    except duckdb.CatalogException:
        return {"columns": [], "rows": 0, "missing": chart.source}
    except duckdb.BinderException as error:
        return {
            "columns": [],
            "rows": 0,
            "missing": f"{chart.source}, {str(error).splitlines()[0]}",
        }
    kinds = dict.fromkeys(_SHAPE, "text") | dict(chart.columns)
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


def read_columns(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: dict[str, Any]
) -> dict[str, list[Any]]:
    """The columns of a query's result."""
    found = connection.execute(query, parameters).fetchnumpy()
    return {name: values.tolist() for name, values in found.items()}


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
    chart: Chart, names: Sequence[str], known: Mapping[str, str]
) -> tuple[str, dict[str, Any]]:
    """The query of a chart's rows with these columns, of the types given, and its parameters."""
    conditions, parameters = [f"({chart.where})"], {}
    if "period_start" in names:
        is_shown = _IS_RECENT.format(of_all="or segment_type = 'all'" * ("segment_type" in names))
        conditions.append(f"(period_grain = 'all' or {IS_COMPLETE} and {is_shown})")
        conditions.append("list_contains($grains, period_grain)")
        parameters["grains"] = list(chart.grains)
    elif "period_grain" in names:
        conditions.append("period_grain = 'all'")
    if "segment_type" in names:
        conditions.append("(segment_type, segment) in (from shown_segments)")
    columns = ", ".join(_selected(name, known[name]) for name in names)
    query = f"""
        select {columns} from {chart.source} where {" and ".join(conditions)}
        order by {chart.order}
    """
    return query, parameters


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
