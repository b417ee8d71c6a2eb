"""Puts the page together: what to show of each metric, then the template."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.reporting import calling, charts, queries
from orchestration.reporting.drawings import Drawings
from orchestration.reporting.headline import (
    Headline,
    Label,
    interval,
    read_headlines,
    read_metric_labels,
    read_segment_labels,
)
from orchestration.text import printable

MAX_SEGMENTS = 12


Measured = Headline | queries.Month


@dataclass(frozen=True)
class Figure:
    """A chart with its caption, and the same in words for who cannot see it."""

    title: str
    note: str
    words: str
    chart: charts.Spec


@dataclass(frozen=True)
class Row:
    """A line of a table, as text."""

    name: str
    value: str
    interval: str
    n: str


@dataclass(frozen=True)
class Rows:
    """Lines of a table under one heading."""

    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Section:
    """All that the page shows of one metric."""

    metric: str
    label: Label
    figures: list[Figure]
    segments: list[Rows]
    months: list[Rows]


@dataclass(frozen=True)
class Tile:
    """A headline metric overall."""

    metric: str
    title: str
    period: str
    row: Row
    counts: str
    target: str
    status: str


def render(published_file: Path, earlier_page: Path | None = None) -> str:
    """The report of a published file, as one HTML page; an earlier one may show some charts."""
    with duckdb.connect(published_file, read_only=True) as connection:
        publish = queries.read_publish(connection)
        sources = queries.read_freshness(connection)
        months = queries.read_months(connection)
        movements = queries.read_movements(connection)
        moved = queries.read_moved(connection)
        hypotheses = queries.read_hypotheses(connection)
        window_days, around = queries.read_around(connection)
        feedback = calling.read_loop(connection)
        at_risk = queries.read_at_risk(connection)
        forecasts = queries.read_forecasts(connection)
        supported = queries.read_supported(connection)
        currency = queries.read_currency(connection)
    labels = read_metric_labels(published_file)
    segment_labels = read_segment_labels(published_file)
    overall = read_headlines(published_file, ["all"])
    segment_types = ["all", *segment_labels]
    segments = read_headlines(published_file, segment_types, ("quarter", "month", "all"))
    sections = [
        _section(
            headline,
            labels[headline.metric],
            months[headline.metric],
            segments,
            segment_labels,
            movements,
            currency,
        )
        for headline in overall
    ]
    return _TEMPLATES.get_template("report.html").render(
        publish=publish,
        sources=sources,
        tiles=[_tile(headline, labels[headline.metric]) for headline in overall],
        sections=sections,
        absent=[label.title for metric, label in labels.items() if metric not in _names(overall)],
        moved=[(_period(row), row.sentence) for row in moved],
        hypotheses=hypotheses,
        window_days=window_days,
        around=around,
        feedback=feedback,
        at_risk=at_risk,
        forecasts=forecasts,
        supported=supported,
        currency=currency,
        svg=Drawings(earlier_page).svg,
    )


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=lambda value: printable(value) if type(value) is str else value,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _names(headlines: Iterable[Headline]) -> set[str]:
    return {headline.metric for headline in headlines}


def _tile(headline: Headline, label: Label) -> Tile:
    return Tile(
        metric=headline.metric,
        title=label.title,
        period=_period(headline),
        row=_row("", headline, label),
        counts=label.counts,
        target="" if headline.target is None else label.shown(headline.target),
        status=headline.status,
    )


def _section(
    headline: Headline,
    label: Label,
    months: list[list[queries.Month]],
    headlines: Sequence[Headline],
    segment_labels: dict[str, str],
    movements: list[queries.Movement],
    currency: str,
) -> Section:
    values = [row for row in headlines if row.metric == headline.metric]
    of_type = groupby(values, attrgetter("segment_type"))
    largest_first = {name: sorted(rows, key=lambda row: -row.n) for name, rows in of_type}
    by_type = {
        title: largest_first[name]
        for name, title in segment_labels.items()
        if name in largest_first
    }
    figures = [_trend(series, headline.target, label) for series in months if _has_value(series)]
    if headline.metric == "net_revenue_retention" and movements:
        figures.append(_movements(movements, currency))
    if label.is_headline:
        figures += _dots(values, by_type, label)
    return Section(
        metric=headline.metric,
        label=label,
        figures=figures,
        segments=[
            Rows(f"{name}, {_period(rows[0])}", [_row(r.segment, r, label) for r in rows])
            for name, rows in by_type.items()
        ],
        months=[
            Rows(_versioned("Overall", series), [_month_row(month, label) for month in series])
            for series in months
        ],
    )


def _has_value(rows: Iterable[Measured]) -> bool:
    return any(row.value is not None for row in rows)


def _trend(series: list[queries.Month], target: float | None, label: Label) -> Figure:
    newest = next(month for month in reversed(series) if month.value is not None)
    row = _month_row(newest, label)
    return Figure(
        title=_versioned("By month", series),
        note="" if target is None else f"target {label.shown(target)}",
        words=f"From {series[0].month:%Y-%m}; {row.name}: {row.value} ({row.interval}).",
        chart=charts.trend(series, target, label.format),
    )


def _versioned(title: str, series: list[queries.Month]) -> str:
    return f"{title}, version {series[0].version}" if series[0].version else title


def _movements(rows: list[queries.Movement], currency: str) -> Figure:
    newest = rows[-1].month
    amounts = [f"{row.kind} {row.mrr:,.0f}" for row in rows if row.month == newest]
    return Figure(
        title="MRR gained and lost by month",
        note=currency,
        words=f"{newest:%Y-%m}: {', '.join(amounts)}.",
        chart=charts.movements(rows),
    )


def _dots(
    values: Sequence[Headline], by_type: dict[str, list[Headline]], label: Label
) -> list[Figure]:
    """A figure for each segment type with segments to compare, all on one scale."""
    shown = {name: [r for r in rows if r.value is not None] for name, rows in by_type.items()}
    plotted = {name: rows[:MAX_SEGMENTS] for name, rows in shown.items() if len(rows) > 1}
    overall = next((row.value for row in values if row.segment_type == "all"), None)
    extent = _extent(row for rows in plotted.values() for row in rows)
    return [
        Figure(
            title=f"By {name.lower()}",
            note=_period(rows[0]) + _left_out(len(rows), len(shown[name])),
            words="; ".join(f"{row.segment} {label.shown(row.value or 0)}" for row in rows) + ".",
            chart=charts.dots(sorted(rows, key=_by_value), overall, extent, label.format),
        )
        for name, rows in plotted.items()
    ]


def _extent(rows: Iterable[Headline]) -> tuple[float, float]:
    ends = [end for row in rows for end in row[5:8] if end is not None]
    return (min(ends), max(ends)) if ends else (0, 0)


def _by_value(row: Headline) -> float:
    return -(row.value or 0)


def _left_out(plotted: int, reportable: int) -> str:
    return f", the largest {plotted} of {reportable}" if plotted < reportable else ""


def _row(name: str, measured: Measured, label: Label) -> Row:
    return Row(
        name=name,
        value="too few" if measured.value is None else label.shown(measured.value),
        interval=interval(measured.ci_low, measured.ci_high, label),
        n=f"{measured.n:,}",
    )


def _month_row(month: queries.Month, label: Label) -> Row:
    return _row(f"{month.month:%Y-%m}", month, label)


def _period(row: Headline | queries.Moved) -> str:
    if row.period_start is None:
        return "all time"
    if row.period_grain == "month":
        return row.period_start
    year, month = row.period_start.split("-")
    return f"{year} Q{(int(month) + 2) // 3}"
