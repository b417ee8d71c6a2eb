"""What the report tells beside metrics: segment types, money, the publish and its sources."""

import re
from collections import defaultdict
from typing import Any, NamedTuple

import duckdb

from orchestration.text import printable

MAX_SEGMENTS = 12
_FOLDER = "replace(regexp_replace(source_table, '^raw_', ''), '.', '/')"


class Known(NamedTuple):
    """What the registry knows of a segment."""

    place: int | None
    label: str


def read_segment_types(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Segment types that the registry shows, each with its label and those segments it shows.

    Leaves a temporary table shown_segments with the `MAX_SEGMENTS` of each that have most values.
    """
    connection.execute(
        """
        create or replace temp table ranked_segments as
        select
            segment_type, segment,
            row_number() over (
                partition by segment_type order by count(value) desc, segment
            ) as place
        from marts.metric_values
        where
            period_grain <> 'week'
            and segment_type in (select segment_type from marts.dim_segment_types where is_shown)
        group by segment_type, segment
        """
    )
    connection.execute(
        """
        create or replace temp table shown_segments as
        select segment_type, segment from ranked_segments where place <= ?
        union all
        select 'all', 'all'
        """,
        [MAX_SEGMENTS],
    )
    rows = connection.execute(
        """
        select
            segment_type, label, count(segment),
            list(segment order by segment) filter (where place <= ?)
        from marts.dim_segment_types
        left join ranked_segments using (segment_type)
        where is_shown
        group by dim_segment_types.rowid, segment_type, label
        order by dim_segment_types.rowid
        """,
        [MAX_SEGMENTS],
    ).fetchall()
    known = _read_segments(connection)
    return [_segment_type(*row, known=known.get(row[0], {})) for row in rows]


def _read_segments(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Known]]:
    """What the registry knows of segments, by their type."""
    try:
        rows = connection.execute(
            "select segment_type, segment, place, label from marts.dim_segments"
        ).fetchall()
    except duckdb.CatalogException:
        return {}
    known: dict[str, dict[str, Known]] = defaultdict(dict)
    for segment_type, segment, *told in rows:
        known[segment_type][segment] = Known(*told)
    return known


def _segment_type(
    name: str, label: str, count: int, segments: list[str] | None, *, known: dict[str, Known]
) -> dict[str, Any]:
    """A type with its segments in their order: the registry's, else that of the numbers in them."""
    places = {segment: told.place for segment, told in known.items() if told.place is not None}
    shown = sorted(segments or (), key=lambda segment: _natural(segment, places))
    return {
        "name": printable(name),
        "label": printable(label),
        "segments": [printable(segment) for segment in shown],
        "labels": {
            printable(segment): printable(known[segment].label)
            for segment in shown
            if segment in known
        },
        "left_out": count - len(shown),
        "is_ordered": bool(places)
        or all(segment[:1].isdigit() for segment in shown if segment != "unknown"),
    }


def _natural(segment: str, places: dict[str, int]) -> tuple[Any, ...]:
    """By the place that is known, else by what numbers are worth; what is not known last."""
    parts = re.findall(r"\d+|\D+", segment)
    numbers = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return segment == "unknown", segment not in places, places.get(segment), numbers


def read_currency(connection: duckdb.DuckDBPyConnection) -> str:
    """The reporting currency; in words where no order tells it."""
    try:
        rows = connection.execute("select max(reporting_currency) from marts.fct_orders").fetchall()
    except duckdb.CatalogException:
        rows = [(None,)]
    return printable(rows[0][0] or "in the reporting currency")


def read_publish(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Which publish it is, and up to when its data go."""
    rows = connection.execute(
        """
        select
            any_value(publish_id), strftime(any_value(published_at), '%Y-%m-%d %H:%M'),
            any_value(code_version), max(newest_landing_date)::varchar
        from marts.publish_info
        """
    ).fetchall()
    return dict(zip(("id", "at", "code", "until"), rows[0], strict=True))


def read_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What is to be known of each source that is not fresh or not whole, by its files' folder."""
    rows = connection.execute(
        f"""
        select
            {_FOLDER} as files,
            concat_ws(
                ', ',
                if(freshness <> 'fresh', replace(freshness, '_', ' '), null),
                if(rows_quarantined > 0, rows_quarantined || ' rows in quarantine', null),
                if(files_outside > 0, files_outside || ' files outside', null)
            ) as state
        from marts.publish_info
        where freshness <> 'fresh' or rows_quarantined > 0 or files_outside > 0
        """
    ).fetchall()
    return dict(rows)


def read_empty_sources(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The sources of which no row is loaded, by their files' folder."""
    rows = connection.execute(
        f"select {_FOLDER} from marts.publish_info where rows = 0 order by source_table"
    ).fetchall()
    return [folder for (folder,) in rows]
