"""A project of MetricFlow over the published file: metrics of the registry, made of tables of bi.

Which columns a metric is made of stands in the meta of the tables' models; label and unit are those
of the registry, and what is too few to tell is null, as in the marts.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.building.project import manifest
from orchestration.publishing.published import FILE_NAME
from orchestration.reporting.metrics import read_metrics
from orchestration.semantic.definitions import Model, definitions
from orchestration.settings import Settings
from orchestration.yaml_text import read_yaml

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
        metrics = read_metrics(connection)
        models = [(_model(connection, node), _sql(node)) for node in _nodes(settings)]
    folder = settings.home_dir / "semantic"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "macros").mkdir(exist_ok=True)
    (folder / "macros" / "generate_schema_name.sql").write_text(_SCHEMA_NAME)
    flags = {"send_anonymous_usage_stats": False}
    project = {"name": _NAME, "version": "1.0.0", "profile": _NAME, "flags": flags}
    _write(folder / "dbt_project.yml", project)
    _write(folder / "profiles.yml", _profile(file))
    (folder / "models" / "days.sql").write_text("select 'never asked' as stands_there_already")
    for model, sql in models:
        (folder / "models" / f"{model.name}.sql").write_text(sql)
    told = definitions([model for model, _ in models], metrics, _min_responses(settings))
    _write(folder / "models" / "metrics.yml", told)
    return folder, [name for model, _ in models for name in model.metrics if name in metrics]


def _min_responses(settings: Settings) -> int:
    project = read_yaml((settings.dbt_project_dir / "dbt_project.yml").read_text())
    return int(project["vars"]["min_responses"])


def _nodes(settings: Settings) -> Iterator[dict[str, Any]]:
    for node in manifest(settings)["nodes"].values():
        if node["resource_type"] == "model" and "metrics" in node["meta"]:
            yield node


def _sql(node: dict[str, Any]) -> str:
    return _FOUND_THERE.format(database=_DATABASE, schema=node["schema"], alias=node["alias"])


def _model(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> Model:
    meta = node["meta"]
    segments = _segments(connection, node)
    return Model(node["name"], meta["entity"], meta["time"], segments, meta["metrics"])


def _segments(connection: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> dict[str, str]:
    """The segment types that a published table has a column of, and the column of each."""
    query = """
    select column_name[len($prefix) + 1:], column_name from duckdb_columns()
    where schema_name = $schema and table_name = $table and starts_with(column_name, $prefix)
        and column_name <> $prefix || 'id' and data_type = 'VARCHAR'
    order by column_index
    """
    place = {"schema": node["schema"], "table": node["alias"], "prefix": _PREFIX}
    return dict(connection.execute(query, place).fetchall())


def _profile(file: Path) -> dict[str, Any]:
    published = {"path": str(file), "alias": _DATABASE, "read_only": True}
    output = {"type": "duckdb", "path": ":memory:", "attach": [published]}
    return {_NAME: {"target": "published", "outputs": {"published": output}}}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
