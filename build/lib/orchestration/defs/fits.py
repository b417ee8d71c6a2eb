"""What is fitted to the models that dbt built, and read by others as a source."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.building.fits.purchases import SCHEMA
from orchestration.building.fitting import ROLES, fit_all, fits_of
from orchestration.defs.models import MANIFEST, TRANSLATOR
from orchestration.defs.resources import Warehouse
from orchestration.sql import identifier

SOURCES = [source for source in MANIFEST["sources"].values() if source["source_name"] == SCHEMA]
NODES = {node["name"]: node for node in MANIFEST["nodes"].values()}
FITS = fits_of(MANIFEST)


def fit_spec(source: dict[str, Any]) -> dg.AssetSpec:
    """A table of the schema fits, below what it is made from."""
    reads = [NODES[source["meta"][role]] for role in ROLES if role in source["meta"]]
    return dg.AssetSpec(
        key=TRANSLATOR.get_asset_key(source),
        deps=[TRANSLATOR.get_asset_key(node) for node in reads],
        group_name=TRANSLATOR.get_group_name(NODES[source["meta"]["fitted_to"]]),
        description=source["description"],
        kinds={"python", "duckdb", "table"},
    )


@dg.multi_asset(name="fit", specs=[fit_spec(source) for source in SOURCES])
def fit(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None]]:
    """Fit purchases, texts and drivers, and say what came of it."""
    with warehouse.connect() as connection:
        purchases, texts, drivers = fit_all(
            connection, FITS, warehouse.settings.threads, context.log.info
        )
    told = {
        FITS.histories: {"is_new": purchases.is_new, **figures(purchases.models, "sample")},
        FITS.texts.texts: {
            "is_new": texts.is_new,
            "texts": texts.texts,
            "texts_embedded": texts.embedded,
            **figures(texts.models, "language"),
        },
        FITS.drivers.segments: {"is_new": drivers.is_new, **figures(drivers.models, "outcome")},
    }
    for source in SOURCES:
        node = NODES[source["meta"]["fitted_to"]]
        yield dg.MaterializeResult(
            asset_key=TRANSLATOR.get_asset_key(source),
            metadata=told[identifier(node["schema"], node["alias"])],
        )


def figures(models: list[dict[str, Any]], key: str) -> dict[str, int | float | str]:
    """What was fitted, by sample or language, so that each run keeps it."""
    return {
        f"{model[key]}/{name}": value
        for model in models
        for name, value in model.items()
        if isinstance(value, int | float | str) and name != key
    }
