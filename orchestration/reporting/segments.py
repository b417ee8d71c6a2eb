"""Segment types and segments of the report: which, in which order, and how they are called."""

import re
from collections import defaultdict
from typing import Any, NamedTuple

import duckdb

from orchestration.text import printable

# So many segments of a type, those with most values, stand on a page, and so many can be looked at.
AT_ONCE = 12
REACHED = 100


class Known(NamedTuple):
    """What the registry knows of a segment."""

    place: int | None
    label: str


def read_segment_types(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Segment types that the registry shows, each with its label and the segments of the report.

    Leaves a temporary table reached_segments, of the `REACHED` of each with most values, each with
    its place among them.
    """
    connection.execute(
        """
        create or replace temp table reached_segments as
        select
            segment_type, segment,
            row_number() over (
                partition by segment_type order by count(value) desc, segment
            ) as place,
            count(*) over (partition by segment_type) as segments
        from marts.metric_values
        where
            period_grain <> 'week'
            and segment_type in (select segment_type from marts.dim_segment_types where is_shown)
        group by segment_type, segment
        qualify place <= ?
        union all
        select 'all', 'all', 0, 1
        """,
        [REACHED],
    )
    rows = connection.execute(
        """
        select
            segment_type, label, coalesce(any_value(segments), 0),
            list(segment order by place) filter (where segment is not null)
        from marts.dim_segment_types
        left join reached_segments using (segment_type)
        where is_shown
        group by dim_segment_types.rowid, segment_type, label
        order by dim_segment_types.rowid
        """
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
    """A type with its segments in their order: the registry's, else that of the numbers in them.

    Args:
        name: of the type.
        label: of the type, for people.
        count: how many segments it has.
        segments: those that can be looked at, with most values first.
        known: what the registry knows of them.
    """
    places = {segment: told.place for segment, told in known.items() if told.place is not None}
    reached = sorted(segments or (), key=lambda segment: _natural(segment, places))
    return {
        "name": printable(name),
        "label": printable(label),
        "segments": [printable(segment) for segment in reached],
        "at_once": [printable(segment) for segment in (segments or ())[:AT_ONCE]],
        "labels": {
            printable(segment): printable(known[segment].label)
            for segment in reached
            if segment in known
        },
        "left_out": count - len(reached),
        "is_ordered": bool(places)
        or all(segment[:1].isdigit() for segment in reached if segment != "unknown"),
    }


def _natural(segment: str, places: dict[str, int]) -> tuple[Any, ...]:
    """By the place that is known, else by what numbers are worth; what is not known last."""
    parts = re.findall(r"\d+|\D+", segment)
    numbers = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return segment == "unknown", segment not in places, places.get(segment), numbers
