"""The published figures of one metric, by segment and period, each with its interval and n."""

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Literal, NamedTuple

import duckdb

from orchestration.reporting.metrics import Metric, read_metrics

Grain = Literal["week", "month", "quarter", "year", "all"]


class UnknownName(RuntimeError):
    """Something is asked for that is not published; the message says what there is."""

    def __init__(self, kind: str, name: str, names: Iterable[str]) -> None:
        known = sorted(names)
        near = get_close_matches(name.lower(), known, cutoff=0.5)
        near += [other for other in known if name.lower() in other and other not in near]
        there_are = f"there are {', '.join(known)}."
        told = f"did you mean {' or '.join(near[:5])}?" if near else there_are
        super().__init__(f"There is no {kind} {name}: {told}")


class Figure(NamedTuple):
    """A metric in a period and a segment; without a value where too few stand behind it."""

    period_start: date | None
    segment: str
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    is_reportable: bool

    def missing(self, metric: Metric) -> str:
        """Why there is no value; empty where there is one."""
        if self.value is not None:
            return ""
        return f"too few {metric.counts}" if not self.is_reportable else f"no {metric.counts}"


_FIGURES = """
select
    period_start, segment, value, ci_low, ci_high,
    coalesce(denominator, value, 0)::bigint, is_reportable
from marts.metric_values
where metric = $metric and segment_type = $segment_type and period_grain = $grain
order by period_start, segment
"""


def segment_types(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The segment types that each metric has figures by."""
    return _having(connection, "segment_type")


def period_grains(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The lengths of periods that each metric has figures of."""
    return _having(connection, "period_grain")


def segment_types_with_targets(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The segment types by which some metric has a target."""
    query = "select distinct segment_type from marts.metric_values where target is not null"
    return [segment_type for (segment_type,) in connection.execute(query).fetchall()]


def _having(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, list[str]]:
    query = f"select metric, list(distinct {column} order by {column}) from marts.metric_values"
    return dict(connection.execute(f"{query} group by metric").fetchall())


def metric_named(connection: duckdb.DuckDBPyConnection, name: str) -> Metric:
    """The metric of a name.

    Raises:
        UnknownName: there is none.
    """
    metrics = read_metrics(connection)
    if name not in metrics:
        raise UnknownName("metric", name, metrics)
    return metrics[name]


def figures(
    connection: duckdb.DuckDBPyConnection, metric: Metric, segment_type: str, grain: Grain
) -> list[Figure]:
    """The figures of a metric, the oldest period first; none where nothing of it is published.

    Args:
        connection: a published file.
        metric: one of its metrics.
        segment_type: whose segments are asked for; all for the total.
        grain: length of the periods.

    Raises:
        UnknownName: the metric has other segment types or grains.
    """
    asked = {"metric": metric.metric, "segment_type": segment_type, "grain": grain}
    found = connection.execute(_FIGURES, asked).fetchall()
    if not found:
        _require("segment type", metric, segment_type, segment_types(connection))
        _require("period grain", metric, grain, period_grains(connection))
    return [Figure(*row) for row in found]


def _require(kind: str, metric: Metric, name: str, having: dict[str, list[str]]) -> None:
    names = having.get(metric.metric, [])
    if names and name not in names:
        raise UnknownName(f"{kind} of {metric.metric}", name, names)
