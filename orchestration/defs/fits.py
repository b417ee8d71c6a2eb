"""What is fitted to the histories that dbt built, and read by its models as a source."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.building.fits.purchases import SCHEMA, Report, fit_purchases
from orchestration.defs.models import MANIFEST, TRANSLATOR
from orchestration.defs.resources import Warehouse
from orchestration.sql import identifier

SOURCES = [source for source in MANIFEST["sources"].values() if source["source_name"] == SCHEMA]
NODES = {node["name"]: node for node in MANIFEST["nodes"].values()}
MODEL = NODES[MANIFEST["sources"]["source.cx.fits.purchase_models"]["meta"]["fitted_to"]]


def fit_spec(source: dict[str, Any]) -> dg.AssetSpec:
    """A table of the schema fits, below the model that it is fitted to."""
    return dg.AssetSpec(
        key=TRANSLATOR.get_asset_key(source),
        deps=[TRANSLATOR.get_asset_key(NODES[source["meta"]["fitted_to"]])],
        group_name="intermediate",
        description=source["description"],
        kinds={"scipy", "duckdb", "table"},
    )


@dg.multi_asset(name="fit", specs=[fit_spec(source) for source in SOURCES])
def fit(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Fit purchases, unless nothing changed; a fit that is refused stops nothing."""
    with warehouse.connect() as connection:
        report = fit_purchases(connection, identifier(MODEL["schema"], MODEL["alias"]))
    for source in SOURCES:
        key = TRANSLATOR.get_asset_key(source)
        yield dg.MaterializeResult(asset_key=key, metadata=metadata(report))


def metadata(report: Report) -> dict[str, Any]:
    """What was fitted, so that each run keeps it."""
    figures = {
        f"{model['sample']}/{name}": value
        for model in report.models
        for name, value in model.items()
        if isinstance(value, int | float | str) and name != "sample"
    }
    return {"is_new": report.is_new, **figures}
