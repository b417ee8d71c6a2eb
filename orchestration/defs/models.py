"""The dbt project: each model and seed an asset, each data test an asset check."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_event_iterator import DbtDagsterEventType

from orchestration.building.fits.purchases import SCHEMA
from orchestration.building.project import Dbt, artefacts_dir, manifest, project
from orchestration.building.results import Failing, failing_keys, row_counts
from orchestration.defs.resources import Warehouse
from orchestration.running.check_log import REMEDY
from orchestration.running.environment import export_environment
from orchestration.settings import Settings

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
    """Run dbt, and say of each table how many rows it has, and which rows fail its tests."""
    # Unit tests guard code, not data: they run with the test suite, not every night.
    invocation = dbt.cli(
        ["build", "--exclude-resource-type", "unit_test"],
        context=context,
        target_path=artefacts_dir(warehouse.settings),
        raise_on_error=False,
    )
    events = list(invocation.stream())
    with warehouse.connect() as connection:
        rows = row_counts(connection)
        failing = failing_keys(connection, invocation.get_artifact("run_results.json"))
    yield from (_with_findings(event, rows, failing) for event in events)
    if error := invocation.get_error():
        raise error


def _with_findings(
    event: DbtDagsterEventType, rows: dict[str, int], failing: dict[str, Failing]
) -> DbtDagsterEventType:
    """Add to a table its rows, and to a failed test keys of rows that fail it."""
    if isinstance(event, dg.Output) and event.output_name in rows:
        row_count = {"dagster/row_count": rows[event.output_name]}
        return event.with_metadata({**event.metadata, **row_count})
    if isinstance(event, dg.AssetCheckResult) and not event.passed:
        test = str(event.metadata["unique_id"].value)
        found = failing.get(test, Failing([]))
        remedy = MANIFEST["nodes"][test]["config"]["meta"].get(REMEDY)
        says = {"samples": found.keys} | ({REMEDY: remedy} if remedy else {})
        described = event.with_metadata({**event.metadata, **says})
        return described._replace(description=found.sentence or event.description)
    return event


# Two invocations, as what is fitted stands between: the second starts in some 4 s.
build = build_models("build", exclude=FITTED)
build_rest = build_models("build_rest", select=FITTED)
