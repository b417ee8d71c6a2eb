"""Answers from the published file: each figure with interval, n and definition, or its refusal."""

from datetime import date
from typing import Any

import duckdb

from orchestration.reporting.changes import changes_of, explained_periods
from orchestration.reporting.figures import (
    Figure,
    Grain,
    UnknownName,
    figures,
    metric_named,
    period_grains,
    segment_types,
)
from orchestration.reporting.metrics import Metric, read_metrics
from orchestration.text import printable

# What an answer may hold; who asks for more is told to ask for less.
MOST_FIGURES = 200
_MOST_CAUSES = 10
_Z_95 = 1.96
# What comes of another mix, of other values, and of moving otherwise than the rest.
_TERMS = ("mix", "rate", "divergence")

Answer = dict[str, Any]


class Refused(RuntimeError):
    """What is asked for is not given; the message says why, and what to ask instead."""


def list_metrics(connection: duckdb.DuckDBPyConnection) -> Answer:
    """Every metric with its unit, and the segment types and grains that it has."""
    types, grains = segment_types(connection), period_grains(connection)
    return _published(connection) | {
        "metrics": [
            {
                **_about(metric),
                "segment_types": types.get(name, []),
                "grains": grains.get(name, []),
            }
            for name, metric in read_metrics(connection).items()
        ]
    }


def get_metric(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    segment_type: str,
    segment: str | None,
    grain: Grain,
    since: date | None,
    until: date | None,
) -> Answer:
    """Figures of a metric by period and segment.

    Raises:
        Refused: they are more than an answer may hold, or the segment is not there.
        UnknownName: the metric, its segment type or its grain is not there.
    """
    metric = metric_named(connection, name)
    found = figures(connection, metric, segment_type, grain)
    if segment is not None and found and segment not in {figure.segment for figure in found}:
        raise UnknownName(f"segment of {segment_type}", segment, {row.segment for row in found})
    asked = [row for row in found if segment in (None, row.segment) and _is_in(row, since, until)]
    if len(asked) > MOST_FIGURES:
        raise Refused(
            f"These are {len(asked)} figures, more than {MOST_FIGURES}: "
            "ask for one segment, a longer grain, or with since and until."
        )
    return _published(connection) | {
        **_about(metric),
        "definition": metric.definition,
        "segment_type": segment_type,
        "grain": grain,
        "figures": [_figure(metric, row) for row in asked],
    }


def explain_change(
    connection: duckdb.DuckDBPyConnection, name: str, grain: Grain, period: date | None
) -> Answer:
    """Why a metric moved against the period before: the whole, and who moved otherwise.

    Raises:
        Refused: nothing explains that period of that metric.
        UnknownName: there is no such metric.
    """
    metric = metric_named(connection, name)
    periods = explained_periods(connection, name, grain)
    if not periods or (period and period not in periods):
        told = f"the last are {', '.join(map(str, periods[-6:]))}" if periods else "there is none"
        raise Refused(f"No change of {name} by {grain} is explained for that period: {told}.")
    shown = period or periods[-1]
    changes = changes_of(connection, name, grain, shown)
    return _published(connection) | {
        **_about(metric),
        "definition": metric.definition,
        "grain": grain,
        "period_start": str(shown),
        "changes": [_change(metric, row) for row in changes if (row["rank"] or 0) <= _MOST_CAUSES],
    }


def get_definition(connection: duckdb.DuckDBPyConnection, name: str) -> Answer:
    """What a metric counts and what not.

    Raises:
        UnknownName: there is no such metric.
    """
    metric = metric_named(connection, name)
    return _published(connection) | _about(metric) | {"definition": metric.definition}


def get_freshness(connection: duckdb.DuckDBPyConnection) -> Answer:
    """When it was published, and how fresh each source is."""
    query = """
    select source_table, freshness, newest_event_at, files_outside, rows_quarantined
    from marts.publish_info order by source_table
    """
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    rows = (map(_plain, row) for row in found.fetchall())
    return _published(connection) | {
        "sources": [dict(zip(names, row, strict=True)) for row in rows]
    }


def _published(connection: duckdb.DuckDBPyConnection) -> Answer:
    query = "select any_value(publish_id), any_value(published_at) from marts.publish_info"
    [(publish_id, published_at)] = connection.execute(query).fetchall()
    return {"publish_id": publish_id, "published_at": f"{published_at} UTC"}


def _about(metric: Metric) -> Answer:
    """The name, the unit, and what n counts."""
    return {
        "metric": metric.metric,
        "label": metric.label,
        "unit": metric.unit,
        "n_counts": metric.counts,
    }


def _figure(metric: Metric, row: Figure) -> Answer:
    told = {"period_start": _plain(row.period_start), "segment": printable(row.segment), "n": row.n}
    if refusal := row.missing(metric):
        return told | {"refused": refusal}
    return told | {"value": row.value, "ci_low": row.ci_low, "ci_high": row.ci_high}


def _change(metric: Metric, row: Answer) -> Answer:
    """A segment's part in a change, each term with its interval; refused where too few."""
    told = {name: _plain(row[name]) for name in ("segment_type", "segment", "n_before", "n_after")}
    if row["instrument_version"]:
        told["instrument_version"] = _plain(row["instrument_version"])
    if not row["is_reportable"]:
        return told | {"refused": f"too few {metric.counts}"}
    told |= {name: row[name] for name in ("value_before", "value_after", "p")}
    told["sentence"] = printable(row["sentence"])
    for term in _TERMS:
        if row[term] is not None:
            half = _Z_95 * (row[f"{term}_se"] or 0)
            told[term] = {
                "value": row[term],
                "ci_low": row[term] - half,
                "ci_high": row[term] + half,
            }
    return told


def _is_in(row: Figure, since: date | None, until: date | None) -> bool:
    if row.period_start is None:
        return True
    return (not since or row.period_start >= since) and (not until or row.period_start <= until)


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if value is None or isinstance(value, int | float | bool):
        return value
    return printable(str(value))
