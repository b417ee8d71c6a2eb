"""The charts, specified so that they take their colours from the page and need no script.

All have the width of a phone's screen: the page lays out many small charts rather than
shrinking large ones, so that their text can be read at every width. The specifications are
plain Vega-Lite: Altair took 0.6 s to import and 17 ms to build a chart.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from orchestration.reporting.headline import Headline
from orchestration.reporting.queries import MOVEMENTS, Month, Movement
from orchestration.text import printable

VEGA_LITE = "6.1"
WIDTH, HEIGHT, ROW_HEIGHT, NAMES_WIDTH = 360, 190, 24, 112

INK, MUTED, ACCENT, RULE = "var(--ink)", "var(--muted)", "var(--accent)", "var(--rule)"

Spec = dict[str, Any]

LOOK: Spec = {
    "aria": False,
    "background": "transparent",
    "font": "sans-serif",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": RULE,
        "labelColor": MUTED,
        "labelFlush": False,
        "labelFontSize": 12,
        "labelLimit": 92,
        "labelPadding": 6,
        "tickCount": 4,
        "title": None,
    },
    "axisQuantitative": {"grid": True},
    "axisYDiscrete": {"minExtent": NAMES_WIDTH, "maxExtent": NAMES_WIDTH},
    "legend": {
        "orient": "top",
        "columns": 3,
        "columnPadding": 18,
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12,
        "symbolType": "square",
    },
    "rule": {"color": ACCENT, "strokeWidth": 2},
    "point": {"color": ACCENT, "filled": True, "opacity": 1, "size": 45},
    "line": {"color": ACCENT, "strokeWidth": 2},
    "area": {"color": ACCENT, "opacity": 0.2},
}

_MONTH_AXIS: Spec = {"format": "%b %Y", "grid": False, "labelSeparation": 12}


def trend(months: Sequence[Month], target: float | None, value_format: str) -> Spec:
    """A line with its 95 % band; months without a value leave a gap."""
    x = {
        "field": "month",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": _MONTH_AXIS,
    }
    value = _measure("value", value_format)
    band = {"y": _measure("low", value_format), "y2": {"field": "high"}}
    series: Spec = {
        "data": _data(
            {"month": m.month.isoformat(), "value": m.value, "low": m.ci_low, "high": m.ci_high}
            for m in months
        ),
        "encoding": {"x": x},
        "layer": [
            {"mark": "area", "encoding": band},
            {"mark": {"type": "rule", "opacity": 0.2}, "encoding": band},
            {"mark": "line", "encoding": {"y": value}},
            {"mark": {"type": "point", "size": 20}, "encoding": {"y": value}},
        ],
    }
    return _chart(HEIGHT, [series, *_reference("y", target)])


def dots(
    segments: Sequence[Headline],
    overall: float | None,
    extent: tuple[float, float],
    value_format: str,
) -> Spec:
    """A dot and its 95 % whisker for each segment, in the order given, on the scale given."""
    scale = {"scale": {"domain": extent, "zero": False, "nice": True}}
    value = _measure("value", value_format) | scale
    whisker = {"x": _measure("low", value_format) | scale, "x2": {"field": "high"}}
    rows: Spec = {
        "data": _data(
            {"segment": s.segment, "value": s.value, "low": s.ci_low, "high": s.ci_high}
            for s in segments
        ),
        "encoding": {"y": {"field": "segment", "type": "nominal", "sort": None}},
        "layer": [
            {"mark": "rule", "encoding": whisker},
            {"mark": "point", "encoding": {"x": value}},
        ],
    }
    return _chart({"step": ROW_HEIGHT}, [*_reference("x", overall), rows])


def movements(rows: Iterable[Movement]) -> Spec:
    """Stacked bars by month, gains above zero and losses below."""
    colours = {"domain": MOVEMENTS, "range": [f"var(--{kind})" for kind in MOVEMENTS]}
    bars: Spec = {
        "data": _data({"month": r.month.isoformat(), "kind": r.kind, "mrr": r.mrr} for r in rows),
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "month",
                "type": "temporal",
                "timeUnit": "utcyearmonth",
                "axis": _MONTH_AXIS,
            },
            "y": {"field": "mrr", "type": "quantitative", "axis": {"format": "~s"}},
            "color": {"field": "kind", "type": "nominal", "scale": colours},
        },
    }
    return _chart(HEIGHT, [bars, *_reference("y", 0)])


def _measure(field: str, value_format: str) -> Spec:
    """A channel for a value; its axis has the format of the values without trailing zeros."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"format": f"{value_format[:-1]}~{value_format[-1]}"},
    }


def _reference(channel: str, value: float | None) -> list[Spec]:
    """A dashed line across the chart at a value of the channel, if there is one."""
    if value is None:
        return []
    mark = {"type": "rule", "color": MUTED, "strokeDash": [4, 3], "strokeWidth": 1}
    return [{"data": {"values": [{}]}, "mark": mark, "encoding": {channel: {"datum": value}}}]


def _data(rows: Iterable[Spec]) -> Spec:
    """Rows to draw; a text that is no XML aborts the renderer, which no `except` catches."""
    return {
        "values": [
            {
                name: printable(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in rows
        ]
    }


def _chart(height: int | Spec, layers: list[Spec]) -> Spec:
    return {
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": layers,
    }
