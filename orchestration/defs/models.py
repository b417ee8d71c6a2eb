"""The dbt project: each model and seed an asset, each data test an asset check."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context

from expectations import guarded_tables
from expectations.suite import named_tables
from orchestration.building.build import NO_UNIT_TESTS
from orchestration.building.build import build as build_nodes
from orchestration.building.fits.purchases import SCHEMA
from orchestration.building.fitting import ROLES
from orchestration.building.parsed import artefacts_dir
from orchestration.building.project import manifest
from orchestration.building.results import require_success
from orchestration.defs.built import BuiltEvent, built
from orchestration.defs.resources import Warehouse
from orchestration.owners import owners
from orchestration.publishing.published import SCHEMAS
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

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Whoever the setting names for the topic, or for the layer."""
        return owners(*reversed(dbt_resource_props["fqn"][1:-1]))


MANIFEST = manifest(SETTINGS)
TRANSLATOR = Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
FITTED = f"source:{SCHEMA}+"
_FITS = [source for source in MANIFEST["sources"].values() if source["source_name"] == SCHEMA]
_FITTED_TO = {source["meta"].get(role) for source in _FITS for role in ROLES}
_ASKED = {name for suite in guarded_tables("marts").values() for name in named_tables(suite)}
# What is fitted to, asked by gates and published, wherever it is computed.
READ_HERE = {
    unique_id
    for unique_id, node in MANIFEST["nodes"].items()
    if node["schema"] in SCHEMAS
    or node["name"] in _FITTED_TO
    or f"{node['schema']}.{node['alias']}" in _ASKED
}


def build_models(name: str, select: str = "fqn:*", exclude: str = "") -> dg.AssetsDefinition:
    """Models and their tests, built in one dbt invocation."""

    @dbt_assets(
        name=name,
        manifest=MANIFEST,
        project=DbtProject(SETTINGS.dbt_project_dir, target_path=artefacts_dir(SETTINGS)),
        dagster_dbt_translator=TRANSLATOR,
        select=select,
        exclude=exclude,
    )
    def build(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[BuiltEvent]:
        selection, indirect = get_subset_selection_for_context(
            context, MANIFEST, select, exclude, None, TRANSLATOR, None
        )
        options = (*NO_UNIT_TESTS, *selection, "--indirect-selection", indirect or "eager")
        # Who chooses assets wants them built.
        anew = bool(context.run.asset_selection)
        results = build_nodes(
            warehouse.settings, warehouse.connect, options, read_here=READ_HERE, anew=anew
        )
        with warehouse.connect() as connection, warehouse.computing(connection) as computing:
            yield from built(results, MANIFEST, TRANSLATOR, connection, computing)
        require_success(results)

    return build


# Two invocations, as what is fitted stands between.
build = build_models("build", exclude=FITTED)
build_rest = build_models("build_rest", select=FITTED)
