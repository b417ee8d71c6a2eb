"""Semantic models and metrics of MetricFlow, made of the registry and the tables of bi."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from orchestration.reporting.metrics import Metric


class Model(NamedTuple):
    """A published table with what its model says of metrics: the columns each is made of."""

    name: str
    entity: str
    time: str
    segments: Mapping[str, str]
    metrics: Mapping[str, Mapping[str, str]]


def definitions(
    models: Sequence[Model], metrics: Mapping[str, Metric], min_responses: int
) -> dict[str, Any]:
    """What dbt is to parse: the models, with the metrics of theirs that the registry knows.

    Args:
        models: the published tables that metrics are made of.
        metrics: the registry, by name.
        min_responses: the least denominator of which a value is told.
    """
    days = {
        "name": "days",
        "time_spine": {"standard_granularity_column": "day"},
        "columns": [{"name": "day", "granularity": "day"}],
    }
    return {
        "version": 2,
        "models": [days],
        "semantic_models": [_semantic_model(model) for model in models],
        "metrics": [
            one
            for model in models
            for name in model.metrics
            if name in metrics
            for one in _metric(metrics[name], min_responses)
        ],
    }


def _semantic_model(model: Model) -> dict[str, Any]:
    time = {"name": model.time, "type": "time", "type_params": {"time_granularity": "day"}}
    segments = (
        {"name": name, "type": "categorical", "expr": column}
        for name, column in model.segments.items()
    )
    return {
        "name": model.name,
        "model": f"ref('{model.name}')",
        # MetricFlow wants segments of a customer told apart that two tables have a column of.
        "primary_entity": model.entity,
        "defaults": {"agg_time_dimension": model.time},
        "dimensions": [time, *segments],
        "measures": [
            {"name": f"{name}_{part}", "agg": "sum", "expr": _where(made_of, made_of[part])}
            for name, made_of in model.metrics.items()
            for part in ("numerator", "denominator")
        ],
    }


def _where(made_of: Mapping[str, str], expression: str) -> str:
    where = made_of.get("where")
    return f"case when {where} then {expression} end" if where else expression


def _metric(metric: Metric, min_responses: int) -> Iterator[dict[str, Any]]:
    """The metric, and what stands above and below its line."""
    parts = [f"{metric.metric}_{part}" for part in ("numerator", "denominator")]
    for part in parts:
        label = f"{metric.label}, {part.rsplit('_', 1)[1]}"
        yield {"name": part, "label": label, "type": "simple", "type_params": {"measure": part}}
    numerator, denominator = parts
    times = "100.0" if metric.unit == "points" else "1.0"
    quotient = f"{times} * {numerator} / {denominator}"
    yield {
        "name": metric.metric,
        "label": metric.label,
        "description": metric.definition,
        "type": "derived",
        "type_params": {
            "expr": f"case when {denominator} >= {min_responses} then {quotient} end",
            "metrics": parts,
        },
    }
