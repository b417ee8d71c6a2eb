"""The dbt project: each model and seed an asset, each data test an asset check."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_event_iterator import DbtDagsterEventType

from orchestration.defs.resources import Warehouse
from orchestration.environment import export_environment
from orchestration.fitting import SCHEMA
from orchestration.ledger import identifier
from orchestration.transforming import Dbt, artefacts_dir, manifest, project
from orchestration.warehouse import Settings

SETTINGS = Settings()
export_environment(SETTINGS)


class Translator(DagsterDbtTranslator):
    """Names assets as the warehouse names tables, and groups them as the project's folders do."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Schema and table."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer; for marts, which are many, with the topic."""
        layer, *topics = dbt_resource_props["fqn"][1:-1] or ["seeds"]
        return f"{layer}_{topics[0]}" if layer == "marts" else str(layer)


MANIFEST = manifest(SETTINGS)
TRANSLATOR = Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
FITTED = f"source:{SCHEMA}+"


def build_models(name: str, select: str = "fqn:*", exclude: str = "") -> dg.AssetsDefinition:
    """Models and their tests, built in one dbt invocation."""

    @dbt_assets(
        name=name,
        manifest=MANIFEST,
        project=project(SETTINGS),
        dagster_dbt_translator=TRANSLATOR,
        select=select,
        exclude=exclude,
    )
    def build(
        context: dg.AssetExecutionContext, dbt: Dbt, warehouse: Warehouse
    ) -> Iterator[DbtDagsterEventType]:
        yield from built(context, dbt, warehouse)

    return build


def built(
    context: dg.AssetExecutionContext, dbt: Dbt, warehouse: Warehouse
) -> Iterator[DbtDagsterEventType]:
    """Run dbt, and say of each table how many rows it has."""
    # Unit tests guard code, not data: they run with the test suite, not every night.
    invocation = dbt.cli(
        ["build", "--exclude-resource-type", "unit_test"],
        context=context,
        target_path=artefacts_dir(warehouse.settings),
        raise_on_error=False,
    )
    events = list(invocation.stream())
    rows = row_counts(warehouse)
    for event in events:
        if isinstance(event, dg.Output) and event.output_name in rows:
            row_count = {"dagster/row_count": rows[event.output_name]}
            event = event.with_metadata({**event.metadata, **row_count})
        yield event
    if error := invocation.get_error():
        raise error


# Two invocations, as what is fitted stands between: the second starts in some 4 s.
build = build_models("build", exclude=FITTED)
build_rest = build_models("build_rest", select=FITTED)


def row_counts(warehouse: Warehouse) -> dict[str, int]:
    """Rows by output name of every table; views are left out, as counting would compute them."""
    with warehouse.connect() as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not temporary"
        ).fetchall()
        counts = " union all ".join(
            f"select count(*) from {identifier(*table)}" for table in tables
        )
        rows = connection.execute(counts).fetchall() if tables else []
    names = [dg.AssetKey(table).to_python_identifier() for table in tables]
    return {name: count for name, (count,) in zip(names, rows, strict=True)}
