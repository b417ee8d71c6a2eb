"""A project of MetricFlow over the published file: metrics of the registry, made of tables of bi.

Which columns a metric is made of stands in the meta of the tables' models; label and unit are those
of the registry, and what is too few to tell is null, as in the marts.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.building.project import manifest
from orchestration.publishing.published import FILE_NAME
from orchestration.reporting.figures import Metric, published_metrics
from orchestration.settings import DBT_PROJECT_DIR, Settings

_DATABASE = "cx"
_PREFIX = "customer_"
_NAME = "cx_semantic"
_FOUND_THERE = """\
{{{{ config(database='{database}', schema='{schema}', alias='{alias}', materialized='view') }}}}
select 'published' as stands_there_already
"""
# dbt would put its own schema before that of a published table.
_SCHEMA_NAME = """\
{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}
"""


def write_semantic_project(settings: Settings) -> tuple[Path, list[str]]:
    """Write a project for `mf query` into the home, and return it and the metrics that it has.

    Raises:
        ProjectError: dbt cannot parse the project.
        duckdb.Error: nothing is published, or it cannot be read.
    """
    file = settings.published_dir / FILE_NAME
    with duckdb.connect(file, read_only=True) as connection:
        metrics = published_metrics(connection)
        models = [_Model(node, _segments(connection, node)) for node in _nodes(settings)]
    folder = settings.home_dir / "semantic"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "macros").mkdir(exist_ok=True)
    (folder / "macros" / "generate_schema_name.sql").write_text(_SCHEMA_NAME)
    flags = {"send_anonymous_usage_stats": False}
    project = {"name": _NAME, "version": "1.0.0", "profile": _NAME, "flags": flags}
    _write(folder / "dbt_project.yml", project)
    _write(folder / "profiles.yml", _profile(file))
    (folder / "models" / "days.sql").write_text("select 'never asked' as stands_there_already")
    for model in models:
        (folder / "models" / f"{model.name}.sql").write_text(model.sql)
    _write(folder / "models" / "metrics.yml", _definitions(models, metrics))
    return folder, [name for model in models for name in model.metrics if name in metrics]


class _Model:
    """A published table with what its model says of metrics."""

    def __init__(self, node: dict[str, Any], segments: Sequence[str]) -> None:
        self.name = node["name"]
        self.segments = segments
        self.entity, self.time = node["meta"]["entity"], node["meta"]["time"]
        self.metrics: dict[str, dict[str, str]] = node["meta"]["metrics"]
        place = {"database": _DATABASE, "schema": node["schema"], "alias": node["alias"]}
        self.sql = _FOUND_THERE.format(**place)


def _nodes(settings: Settings) -> Iterator[dict[str, Any]]:
    for node in manifest(settings)["nodes"].values():
        if node["resource_type"] == "model" and "metrics" in node["meta"]:
            yield node


def _segments(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> list[str]:
    """The segment types that a published table has a column of."""
    query = """
    select column_name[len($prefix) + 1:] from duckdb_columns()
    where schema_name = $schema and table_name = $table and starts_with(column_name, $prefix)
        and column_name <> $prefix || 'id' and data_type = 'VARCHAR'
    order by column_index
    """
    place = {"schema": node["schema"], "table": node["alias"], "prefix": _PREFIX}
    return [name for (name,) in connection.execute(query, place).fetchall()]


def _profile(file: Path) -> dict[str, Any]:
    published = {"path": str(file), "alias": _DATABASE, "read_only": True}
    output = {"type": "duckdb", "path": ":memory:", "attach": [published]}
    return {_NAME: {"target": "published", "outputs": {"published": output}}}


def _definitions(models: Sequence[_Model], metrics: dict[str, Metric]) -> dict[str, Any]:
    vars_ = yaml.safe_load((DBT_PROJECT_DIR / "dbt_project.yml").read_text())["vars"]
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
            for one in _metric(metrics[name], vars_["min_responses"])
        ],
    }


def _semantic_model(model: _Model) -> dict[str, Any]:
    time = {"name": model.time, "type": "time", "type_params": {"time_granularity": "day"}}
    segments = (
        {"name": name, "type": "categorical", "expr": _PREFIX + name} for name in model.segments
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


def _where(made_of: dict[str, str], expression: str) -> str:
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


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
